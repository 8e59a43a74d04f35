"""What is said to be done: the words that trigger an event, and whether they tell it as done."""
