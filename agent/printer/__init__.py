"""Receipts on paper, and the cash drawer behind the printer."""
