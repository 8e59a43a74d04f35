"""What was typed or handed in, made into what the steps and the store take; refused where it makes no sense."""
