"""What requests use and cost: read off answers, priced by date, journalled, and one row each in the ledger."""
