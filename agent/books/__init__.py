"""The bookkeeper: compares a day's books on a thread of its own, and writes down what it found."""
