"""What stands in requests and answers, as far as rollouts need it. Nothing here raises for what others wrote."""
