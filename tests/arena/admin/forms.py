"""How do admin tests fill a form as a browser would?"""

NO_INLINES = {
    f"{prefix}-{name}": n
    for prefix in ("entries", "endpoint", "labellings", "steps")
    for name, n in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
}


def form_of(page):
    """What the browser would send back if nothing was typed."""
    form = page.context["adminform"].form
    typed = {name: form[name].value() for name in form.fields}
    return NO_INLINES | {name: value for name, value in typed.items() if value not in (None, "") and value is not False}


def filled(client, address, **values):
    return client.post(address, form_of(client.get(address)) | values)


def complaints(page):
    return page.context["adminform"].form.errors
