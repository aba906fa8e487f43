print("corsway")
