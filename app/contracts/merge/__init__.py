"""Three-way merge of a contract's resources: elements that the contract cannot represent survive a revision."""
