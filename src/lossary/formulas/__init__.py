"""Records: each loss and each measure as mathematics over a vocabulary, without array libraries."""
