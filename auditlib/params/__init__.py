"""What an audit asks for: the parameter file, its types, its checks."""
