"""The two processes of a notebook, learner's and examiner's: started, kept apart, limited and watched."""
