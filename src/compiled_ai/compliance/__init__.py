"""What compliance blocks forbid: identifiers in texts, masks, how long records are kept. It imports no other room, so every room may ask it."""
