"""What runs the steps: Celery, the parts made once a process, and the processes of one machine."""
