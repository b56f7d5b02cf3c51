"""EC2 networking: addresses, network interfaces, hibernation, placement groups."""
