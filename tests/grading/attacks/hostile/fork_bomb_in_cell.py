# %% [markdown]
# Forks without end while its own cell runs, through a shell.
#
# Must: score 0

# %%
# %%bash
# bomb() { bomb | bomb & }; bomb
# while :; do bash -c 'sleep 60 &' ; done
