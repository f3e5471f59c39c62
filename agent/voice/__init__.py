"""What the terminal says aloud: which words, and how they become sound."""
