"""The grammar of a text: which stretches are worth a parse, and what the model says of them."""
