"""The pages of the traps: small, plain documents, each with one thing a careless detector gets wrong."""

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:760px;margin:32px auto;padding:0 16px;color:#223}
button,.like{font:inherit;padding:8px 16px;border:1px solid #889;border-radius:6px;background:#eef;cursor:pointer}
input,select,textarea{font:inherit;padding:6px 8px;border:1px solid #889;border-radius:4px}
nav a{margin-right:16px} .card{border:1px solid #ccd;border-radius:8px;padding:16px;margin:16px 0}
.error{color:#a11} .menu{position:absolute;background:#fff;border:1px solid #889;padding:8px} .tall{height:1600px}
"""


def document(title: str, body: str, script: str = "") -> str:
    ready = f"<script>{script}</script>" if script else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head>'
        f'<body><header><nav aria-label="Main"><a href="/home">Home</a><a href="/about">About</a></nav></header>'
        f"<main><h1>{title}</h1>{body}</main>{ready}</body></html>"
    )


_TICK = """
setInterval(() => { document.getElementById("clock").textContent = new Date().toISOString().slice(11, 21); }, 100);
"""
_LATER = "const later = (f, ms = 50) => setTimeout(f, ms); const by = (id) => document.getElementById(id);"

PAGES: dict[str, str] = {
    "home": document(
        "Home", "<p>Welcome to the workshop's own little site.</p><p class=card>Open from nine to five.</p>"
    ),
    "about": document(
        "About", "<p>We mend bicycles and answer the telephone.</p><p><a href='/home'>Back to the start</a></p>"
    ),
    "stepper": document(
        "Tickets",
        "<p class=card>Seats <button aria-label='Fewer seats' id=less>−</button> <output id=n>1</output>"
        " <button aria-label='More seats' id=more>+</button></p>",
        _LATER + "let n = 1; more.onclick = () => later(() => by('n').textContent = ++n);"
        "less.onclick = () => later(() => by('n').textContent = --n);",
    ),
    "pagination": document(
        "Orders",
        "<table><tbody id=rows></tbody></table><button id=next>Next page</button> <span id=at></span>",
        _LATER
        + "let p = 0; const show = () => { by('rows').innerHTML = [1,2,3].map(i => `<tr><td>Order ${p*3+i}</td></tr>`).join('');"
        "by('at').textContent = `Page ${p+1}`; }; show(); next.onclick = () => later(() => { p++; show(); }, 120);",
    ),
    "toggle": document(
        "Settings",
        "<p class=card>Newsletter <button id=t role=switch aria-checked=false>Off</button></p>",
        "t.onclick = () => { const on = t.getAttribute('aria-checked') !== 'true'; t.setAttribute('aria-checked', on);"
        "t.textContent = on ? 'On' : 'Off'; };",
    ),
    "carousel": document(
        "Gallery",
        "<div class=card style='overflow:hidden;width:300px'><div id=strip style='display:flex;width:1800px;"
        "transition:transform .2s'>"
        + "".join(f"<p style='width:300px'>Picture {i}</p>" for i in range(1, 7))
        + "</div></div><button id=next aria-label='Next picture'>›</button>",
        "let i = 0; next.onclick = () => { i = (i + 1) % 6; strip.style.transform = `translateX(${-300*i}px)`; };",
    ),
    "paragraph": document(
        "Article",
        "<p id=text class=card>The tide comes in twice a day and takes whatever was left on the flats, "
        "which is how the village got its boots.</p><p class=card>Nobody has ever asked for them back.</p>",
    ),
    "game": document(
        "Target practice",
        "<canvas id=c width=480 height=320 class=card aria-label='Game'></canvas>",
        "const x = c.getContext('2d'); c.onclick = (e) => { x.fillStyle = '#a33'; x.beginPath();"
        "x.arc(e.offsetX, e.offsetY, 8 + Math.random() * 6, 0, 7); x.fill(); };",
    ),
    "canvas-button": document(
        "Chart",
        "<canvas id=c width=480 height=240 class=card></canvas><p><button id=draw>Draw the line</button></p>",
        "const x = c.getContext('2d'); let n = 0; draw.onclick = () => { n++; x.strokeStyle = '#236'; x.beginPath();"
        "x.moveTo(0, 120 + n * 10); for (let i = 0; i < 480; i += 8) x.lineTo(i, 120 + n * 10 + Math.sin(i / 30) * 60); x.stroke(); };",
    ),
    "field": document(
        "Write to us",
        "<p><label>Your message<br><textarea id=m rows=4 cols=50></textarea></label></p>",
    ),
    "controls": document(
        "Preferences",
        "<form class=card onsubmit='return false'><p><label for=name>Name</label> <input id=name></p>"
        "<p><label for=size>Size</label> <select id=size><option>Small<option>Large</select></p>"
        "<p><label for=news>Send me news</label> <input type=checkbox id=news></p>"
        "<div id=ed contenteditable aria-label='Note' role=textbox style='border:1px solid #889;min-height:60px;padding:8px'>A note</div></form>",
    ),
    "leaving": document(
        "Papers",
        "<p class=card><a id=dl href='/file.csv' download>Download the list</a></p>"
        "<p class=card><a id=tab href='/about' target='_blank'>About us, in a new tab</a></p>",
    ),
    "scroller": document(
        "Long read",
        "<button id=down>To the end</button><div class='card tall'>A long, long text.</div><p id=end>The end.</p>",
        "down.onclick = () => window.scrollTo(0, 1400);",
    ),
    "video": document(
        "Film",
        "<video id=v width=320 height=180 muted class=card></video><p><button id=play>Play the film</button></p>",
        "const k = document.createElement('canvas'); k.width = 320; k.height = 180; const x = k.getContext('2d');"
        "let n = 0; setInterval(() => { x.fillStyle = `hsl(${n++ % 360} 50% 50%)`; x.fillRect(0, 0, 320, 180); }, 100);"
        "v.srcObject = k.captureStream(10); play.onclick = () => v.play();",
    ),
    "mousedown-menu": document(
        "Editor",
        "<p class=card><button id=file aria-haspopup=menu>File</button></p><div id=menu class=menu role=menu hidden>"
        "<div role=menuitem>New</div><div role=menuitem>Open…</div></div>",
        "file.onmousedown = () => { menu.hidden = !menu.hidden; };",
    ),
    "clock": document(
        "Departures",
        "<p class=card>It is <span id=clock></span></p><p><button id=dead>Show platform</button></p>",
        _TICK,
    ),
    "dead": document(
        "Offers",
        "<p class=card><button id=dead>Claim the offer</button></p>"
        "<p class=card><span id=role role=button tabindex=0 class=like>See the terms</span></p>"
        "<p class=card><a id=nowhere href='javascript:void 0'>Read more</a></p>",
    ),
    "disabled": document(
        "Send",
        "<form class=card onsubmit='return false'><p><label>Parcel number <input id=p></label></p><button id=send disabled>Send parcel</button></form>",
    ),
    "once": document(
        "Import",
        "<p class=card><button id=go>Start the import</button> <span id=state></span></p>",
        "go.onclick = () => { state.textContent = 'Importing…'; };",
    ),
    "throws": document(
        "Invoices",
        "<p class=card><button id=total>Work out the total</button></p>",
        "total.onclick = () => { const invoice = undefined; return invoice.total; };",
    ),
    "rejects": document(
        "Sync",
        "<p class=card><button id=sync>Sync now</button> <span id=s></span></p>",
        "sync.onclick = async () => { s.textContent = 'Syncing…'; throw new Error('sync lost its place'); };",
    ),
    "api-fails": document(
        "Save",
        "<p class=card><label>Title <input id=title></label> <button id=save>Save</button></p><div id=out></div>",
        "save.onclick = async () => { const r = await fetch('/api/fail', {method: 'POST'}); if (!r.ok)"
        "out.innerHTML = '<p role=alert class=error>Could not save</p>'; };",
    ),
    "network-gone": document(
        "Chat",
        "<p class=card><button id=send>Send message</button></p><div id=out></div>",
        "send.onclick = () => fetch('/api/gone').catch(() => { out.innerHTML = '<p role=alert class=error>No connection</p>'; });",
    ),
    "polling": document(
        "Dashboard",
        "<p class=card><button id=more>Show more</button></p><ul id=list><li>First entry</li></ul>",
        "setInterval(() => fetch('/api/fail').catch(() => 0), 700); let n = 1;"
        "more.onclick = () => { const li = document.createElement('li'); li.textContent = `Entry ${++n}`; list.append(li); };",
    ),
    "standing-error": document(
        "Account",
        "<p role=alert class='error card'>Your card expired last month</p><p class=card><button id=more>Show invoices</button></p><ul id=list></ul>",
        "more.onclick = () => { list.innerHTML = '<li>January</li><li>February</li>'; };",
    ),
    "third-party-noise": document(
        "News",
        "<p class=card><button id=more>More news</button></p><ul id=list></ul>",
        "more.onclick = () => { console.error('[ads] slot 3 not filled'); list.innerHTML += '<li>One more story</li>'; };",
    ),
    "resize-observer": document(
        "Layout",
        "<p class=card id=box style='width:200px'>Resize me</p><button id=grow>Wider</button>",
        "let w = 200, left = 2; grow.onclick = () => { left = 2; box.style.width = (w += 40) + 'px'; };"
        "new ResizeObserver(() => { if (left-- > 0) box.style.height = (box.offsetHeight + 1) + 'px'; }).observe(box);",
    ),
    "leaves-in-flight": document(
        "Search",
        "<p class=card><button id=load>Load the map</button></p><p id=s></p>",
        "load.onclick = () => { s.textContent = 'Loading the map…'; fetch('/api/slow?ms=8000').then(() => s.textContent = 'Map').catch(() => 0); };",
    ),
    "telemetry": document(
        "Shop window",
        "<p class=card><button id=more>More</button></p><ul id=list></ul>",
        "more.onclick = () => { list.innerHTML += '<li>Another thing</li>'; };"
        "setTimeout(() => fetch('https://www.google-analytics.com/g/collect?v=2', {method: 'POST', mode: 'no-cors'}).catch(() => 0), 900);",
    ),
    "register": document(
        "Register",
        "<form class=card id=f novalidate aria-label=Register><p><label for=mail>E-mail</label> <input id=mail><br><span class=error id=mail-error></span></p>"
        "<p><label for=pw>Choose a password</label> <input id=pw type=password><br><span class=error id=pw-error></span></p><button>Register</button></form>",
        "f.onsubmit = (e) => { e.preventDefault(); const bad = pw.value.length < 12;"
        "pw.setAttribute('aria-invalid', bad); document.getElementById('pw-error').textContent = bad ? 'Use at least 12 characters' : '';"
        "if (!bad) f.outerHTML = '<p role=status>Welcome aboard</p>'; };",
    ),
    "wizard": document(
        "Booking",
        "<form class=card id=f novalidate aria-label=Booking><p id=step></p><p><label for=a id=l></label> <input id=a><br><span class=error id=err></span></p><button>Next</button></form>",
        "const steps = ['Date', 'Guests', 'Name', 'Telephone']; let at = 0; const show = () => { step.textContent = `Step ${at+1} of 4`;"
        "l.textContent = steps[at]; a.value = ''; a.name = steps[at]; err.textContent = ''; a.removeAttribute('aria-invalid'); }; show();"
        "f.onsubmit = (e) => { e.preventDefault(); if (!a.value) { err.textContent = `Enter ${steps[at].toLowerCase()}`; a.setAttribute('aria-invalid', true); return; }"
        "at++; if (at < 4) show(); else f.outerHTML = '<p role=status>Booked</p>'; };",
    ),
    "list": document(
        "Projects",
        "<ul class=card><li><a href='/detail'>Bridge</a><li><a href='/detail-work'>Tower</a></ul>",
    ),
    "detail": document("Bridge", "<p class=card>The bridge is finished.</p><p><a href='/list'>All projects</a></p>"),
    "detail-work": document(
        "Tower",
        "<p class=card><button id=done role=checkbox aria-checked=false>Inspected</button></p><p><a href='/list'>All projects</a></p>",
        "done.onclick = () => done.setAttribute('aria-checked', done.getAttribute('aria-checked') !== 'true');",
    ),
    "tabs": document(
        "Product",
        "<div role=tablist><button role=tab id=t1 aria-selected=true>Description</button><button role=tab id=t2 aria-selected=false>Reviews</button></div>"
        "<div id=p1 role=tabpanel class=card>A good lamp.</div><div id=p2 role=tabpanel class=card hidden>Nice, says Tom.</div>",
        "const open = (n) => { p1.hidden = n !== 1; p2.hidden = n !== 2; t1.setAttribute('aria-selected', n === 1); t2.setAttribute('aria-selected', n === 2); };"
        "t1.onclick = () => open(1); t2.onclick = () => open(2);",
    ),
    "search": document(
        "Library",
        "<form role=search class=card id=f><label for=q>Search the books</label> <input id=q type=search> <button>Search</button></form><div id=out aria-live=polite></div>",
        "const books = ['Tide tables', 'Knots', 'Boats of the east', 'Boats of the west', 'A field guide to gulls'];"
        "f.onsubmit = (e) => { e.preventDefault(); const found = books.filter(b => b.toLowerCase().includes(q.value.toLowerCase()));"
        "out.innerHTML = found.length ? `<p>${found.length} results</p><ul>${found.map(b => `<li><a href='#${b}'>${b}</a></li>`).join('')}</ul>`"
        ": `<p>No results for “${q.value}”</p>`; };",
    ),
    "typeahead": document(
        "Find a town",
        "<div class=card><label for=q>Town</label> <input id=q role=combobox aria-expanded=false><ul id=out role=listbox></ul></div>",
        "const towns = ['Norwich', 'North Walsham', 'Northampton', 'Nottingham']; q.oninput = () => { const found = q.value ? towns.filter(t => t.toLowerCase().startsWith(q.value.toLowerCase())) : [];"
        "out.innerHTML = found.map(t => `<li role=option>${t}</li>`).join('') || (q.value ? '<li>No results</li>' : ''); };",
    ),
    "contact": document(
        "Contact",
        "<form class=card aria-label=Contact action='/home'><p><label for=n>Name</label> <input id=n></p><p><label for=m>Message</label><br><textarea id=m></textarea></p><button>Send</button></form>",
    ),
    "autosave": document(
        "Notes",
        "<form class=card aria-label=Note onsubmit='return false'><p><label for=m>Note</label><br><textarea id=m></textarea></p><p id=s role=status></p></form>",
        "let t; m.oninput = () => { clearTimeout(t); t = setTimeout(() => fetch('/api/ok', {method: 'PUT', body: m.value}).then(() => s.textContent = 'Saved'), 500); };",
    ),
    "login": document(
        "Sign in",
        "<form class=card id=f aria-label='Sign in'><p><label for=u>User name</label> <input id=u autocomplete=username></p>"
        "<p><label for=pw>Password</label> <input id=pw type=password autocomplete=current-password></p><button>Sign in</button><div id=out></div></form>",
        "f.onsubmit = async (e) => { e.preventDefault(); const r = await fetch('/api/login', {method: 'POST', body: JSON.stringify({u: u.value, p: pw.value})});"
        "if (r.ok) f.outerHTML = '<p role=status>Hello again</p>'; else out.innerHTML = '<p role=alert class=error>Wrong user name or password</p>'; };",
    ),
    "slow": document(
        "Report",
        "<p class=card><button id=go>Build the report</button></p><div id=out></div>",
        "go.onclick = async () => { await fetch('/api/slow?ms=4200'); out.innerHTML = '<p class=card>42 rows</p>'; };",
    ),
    "slow-background": document(
        "Inbox",
        "<p class=card><button id=more>Show more</button></p><ul id=list></ul>",
        "fetch('/api/slow?ms=5000'); more.onclick = () => { list.innerHTML += '<li>A letter</li>'; };",
    ),
    "map": document(
        "Drawing board",
        "<div id=board class=card style='height:320px;position:relative;touch-action:none'><div id=pin style='position:absolute;width:40px;height:40px;background:#a33;border-radius:20px;left:40px;top:40px'></div></div>",
        "let on = false; pin.onpointerdown = (e) => { on = true; pin.setPointerCapture(e.pointerId); };"
        "pin.onpointermove = (e) => { if (on) { const r = board.getBoundingClientRect(); pin.style.left = e.clientX - r.left - 20 + 'px'; pin.style.top = e.clientY - r.top - 20 + 'px'; } };"
        "pin.onpointerup = () => { on = false; };",
    ),
    "history-of-404": document(
        "The number 404",
        "<p class=card>404 is an even number. Room 404 is on the fourth floor; nobody found is ever lost there. Error codes took their name elsewhere.</p>",
    ),
    "copying": document(
        "Access key",
        "<p class=card><code id=k>tide-table-42</code> <button id=copy>Copy</button></p>",
        "copy.onclick = () => { const r = document.createRange(); r.selectNodeContents(k); const s = getSelection(); s.removeAllRanges(); s.addRange(r); document.execCommand('copy'); };",
    ),
}
