"""The people who use the explorer: who may see what, how they sign in, and the trail of what they did."""
