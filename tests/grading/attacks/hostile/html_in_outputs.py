# %% [markdown]
# Answers right and shows HTML, JavaScript, SVG, LaTeX and links that run code where a page takes them as they are.
#
# Must: score 30

# %%
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

SCRIPT = "<script>alert(7416)</script><img src=x onerror=alert(7416)><iframe srcdoc='<script>alert(7416)</script>'></iframe>"
SHAPE = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(7416)"><script>alert(7416)</script></svg>'


def show():
    print(SCRIPT, "</pre></script><!--", SHAPE)
    print("\x1b[31m" + SCRIPT + "\x1b]8;;javascript:alert(7416)\x07link\x1b]8;;\x07\x1b[0m")
    display(HTML(SCRIPT), SVG(SHAPE), Javascript("alert(7416)"), Latex(r"$\href{javascript:alert(7416)}{x}$"))
    display(Markdown(f"[x](javascript:alert(7416)) {SCRIPT}"))
    for kind in ("text/html", "text/plain", "application/javascript", "image/svg+xml", "image/png", "text/latex", "a/<b>",
                 "application/vnd.jupyter.widget-view+json", "application/pdf"):
        display({kind: SCRIPT, "text/plain": SCRIPT}, raw=True)
    display({"image/png": 'x" onerror="alert(7416)'}, metadata={"image/png": {"width": '1" onload="alert(7416)'}}, raw=True)
    display({"image/jpeg": "AAAA"}, metadata={"filenames": {"image/jpeg": "../../../out.jpg"}, "alt": SCRIPT}, raw=True)


show()

# %% answer="square"
def square(x):
    show()
    return x * x

# <script>alert(7416)</script> </textarea><img src=x onerror=alert(7416)>

# %% [markdown]
# <script>alert(7416)</script> <img src=x onerror=alert(7416)> [x](javascript:alert(7416))
#
# $$\require{html}\href{javascript:alert(7416)}{x}$$ <svg onload=alert(7416)> ![x](x"onerror="alert(7416))

# %% [raw]
# <script>alert(7416)</script>

# %% answer="make_queue"
def make_queue(name):
    attributes = {"VisibilityTimeout": "120"}
    return boto3.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
