"""What two archives show together: what vanished, moved, was edited or came back."""
