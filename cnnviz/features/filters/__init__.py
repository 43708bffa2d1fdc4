"""Filter statistics: kernels, responses, and relations between the filters of a layer."""
