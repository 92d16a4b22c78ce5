"""What each loss and each measure is: mathematics over a vocabulary, without any array library."""
