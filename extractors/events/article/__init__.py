"""What an article says round its events: days, place, status, and which of them are one."""
