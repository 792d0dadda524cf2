"""Studies that train small networks; each returns rows for the claim that names it and knows nothing of claims."""
