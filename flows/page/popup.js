  // ---- the pop-up that came with our Deregister ----

  const popupOf = (dev, trust) => {
    if (!ours(dev)) return fails('notfound', 'nothing was pressed for it here');
    scan();
    const page = pressed1.page && notAsked(dev);
    if (page) return fails('notfound', page);
    // What was pressed is no question, unless what it stands in says something else by now; a
    // count of what is left is nothing else.
    const pressedEl = pressed1.el.deref(), last = pressed1.last === 'confirm' && pressed1.pressed ? pressed1.pressed.deref() : null;
    const spent = (x) => x.c === pressedEl || (x.c === last && !newWords(x.h.el, false));
    const strict = saying('confirm', dev, trust), generic = saying('agree', dev, trust);
    const all = [...new Set(strict.concat(generic))].filter((c) => fresh(c) && !inLandmark(c, c));
    const dropped = [];
    const held = all.map((c) => ({ c, h: holderOf(c, dev) })).filter((x) => { if (x.h && astray(x.c, x.h, dev)) dropped.push(`${describe(x.c)} is elsewhere`); if (!x.h) dropped.push(describe(x.c)+' is in nothing new'); return true; }).filter((x) => x.h && !astray(x.c, x.h, dev) && !spent(x) && !((!x.h.layer || !plainText(x.h.el)) && surroundings(x.c) === pressed1.around));
    // A table that was drawn anew has such a button in each of its rows: a question is one.
    const again = (x) => held.filter((y) => parentNode(y.h.el) === parentNode(x.h.el) && alike(y.h.el, x.h.el) && text(y.h.el) === text(x.h.el)).length > 1;
    const several = held.filter(again);
    for (const x of several) { dropped.push(`${describe(x.c)} stands in several rows`); held.splice(held.indexOf(x), 1); }
    for (let i = held.length - 1; i >= 0; i--) if (!held[i].h.layer && besideOld(held[i].c, dev)) { dropped.push(`${describe(held[i].c)} stands where it did`); held.splice(i, 1); }
    const layers = held.filter((x) => x.h.layer);
    // What stands in the flow of the page is ours in our own place, or where it says so.
    const mineHere = placesOf(dev).places.filter((x) => !x.odd);
    const homes = [pressed1.home, pressed1.panel].map((h) => h && h.deref()).filter((h) => h && isConnected(h) && !foreign(h, dev));
    const atHome = (c) => homes.some((h) => within(h, c));
    for (let i = held.length - 1; i >= 0; i--) { const x = held[i]; if (!x.h.layer && !inPlaces(x.c, mineHere) && !atHome(x.c) && !asksFor(x.h.el, dev) && !(pressed1.page && routeOwner() === dev)) { dropped.push(`${describe(x.c)} in ${describe(x.h.el)} is not its`); held.splice(i, 1); } }
    const asks = held.filter((x) => speaks(fold(plainText(x.h.el)), 'deregister-words') || speaks(fold(plainText(x.h.el)), 'deregister'));
    // In the flow of the page a button beside new words is a question where these speak of
    // deregistering, or where it can be declined: "Loading…" beside the row's own is none.
    const some = layers.length ? layers : asks.length ? asks : held.filter((x) => controlsIn(x.h.el, trust).some((k) => says(k, 'cancel') || says(k, 'close')));
    // A row that was drawn anew around its question is not the question.
    const use = some.filter((x) => !some.some((y) => y.h.el !== x.h.el && within(x.h.el, y.h.el)));
    // a layer without any of these words may still be the answer
    if (!use.length) {
      const again = renamed(dev, mineHere, trust);
      if (again) return { holder: up(again), confirm: again, cancel: null, words: called(again).join(' '), lead: '' };
      const n = noticeOf(dev, trust);
      return n || fails('notfound', ['no pop-up', ...dropped.slice(0, 3)].join('; '));
    }
    const holder = use[0].h.el;
    if (use.some((x) => x.h.el !== holder && !within(holder, x.h.el) && !within(x.h.el, holder))) return fails('ambiguous', `two pop-ups are open (${use.map((x) => describe(x.c) + ' ' + called(x.c).join('+') + ' in ' + describe(x.h.el) + ' ' + text(x.h.el, false, 60).slice(0, 60)).join(' / ')})`);
    const mine = innermost(use.map((x) => x.c));
    const words = fold(wordsOf(holder));
    const other = otherIn(holder, dev);
    const here = pressed1.known ? null : placesOf(dev); // a second row of its name may have come late
    const cancels = controlsIn(holder, trust).filter((c) => says(c, 'cancel') || says(c, 'close'));
    const cancel = innermost(cancels)[0] || null;
    const refuse = (kind, w) => ({ ...fails(kind, w), cancel });
    if (here && here.unsure && here.places.filter((p) => p.bounded && likeOthers(p.el, p.anchor)).length > 1) return refuse('ambiguous', here.why.words);
    const shifted = pressed1.last === 'deregister' && !asksFor(holder, dev) && moved(dev);
    if (shifted) return refuse('ambiguous', `${shifted}, and the pop-up does not say which device it is for`);
    // What asks again after the answer was sent, or comes up when the row has gone, may be about
    // the next device.
    if (!asksFor(holder, dev)) {
      if (pressed1.sent || (pressed1.last === 'confirm' && pressed1.called)) return refuse('ambiguous', `it asks when the request was sent already, and does not say for which device: ${text(holder, false, 60).slice(0, 60)}`);
      if (use[0].h.layer && pressed1.rows.length && !pressed1.page && !placesOf(dev).places.length) return fails('notfound', 'its row is gone, and what came up does not say which device it is for');
    }
    if (other) return refuse('other', `the pop-up names another device (${other}): ${text(holder, false, 100).slice(0, 100)}`);
    const item = everyIn(holder).find((e) => matches(e, 'li') && fold(text(e, false, 200)) === fold(K.devices[dev].name) && [...childNodes(parentNode(e))].some((k) => k !== e && isElement(k) && matches(k, 'li') && text(k)));
    if (item) return refuse('other', `the pop-up lists more than this device: ${text(parentNode(item), false, 80).slice(0, 80)}`);
    const unknown = leading(sentences(holder)).map((s) => unknownIn(s, dev)).find(Boolean);
    if (unknown) return refuse('other', `the pop-up asks about something that is not called as this device (${unknown}): ${text(holder, false, 100).slice(0, 100)}`);
    for (const c of innermost(controlsIn(holder, trust))) { const d = threat(c, holder); if (d && !says(c, 'cancel') && !says(c, 'close') && (use[0].h.layer || !called(c).every((w) => pressed1.labels.has(fold(w))))) return refuse('danger', `the pop-up offers a danger (${d})`); }
    let one = mine.filter((c) => strict.includes(c) && says(c, 'deregister', dev));
    if (one.length !== 1) one = mine.filter((c) => strict.includes(c));
    if (one.length !== 1) one = mine;
    if (one.length !== 1) return refuse('ambiguous', `${one.length} buttons could confirm`);
    const button = one[0];
    const lead = fold(text(holder, false, 160).slice(0, 160));
    for (const g of set.dangers || []) {
      if (g.where !== 'dialog') continue;
      const bad = (g.text && speaks(words, g.text)) || (g.css && (matches(holder, g.css) || inElement(holder, g.css).length));
      // An explanation may name what else can be done; the question itself may not.
      if (bad && !leadsWithDeregister(holder, g)) return refuse('danger', `the pop-up is a danger (${g.name})`);
    }
    const inRow = !use[0].h.layer && (mineHere.some((p) => within(p.el, holder)) || atHome(holder)); // "Sure? Yes No", in its own row
    if (!speaks(words, 'deregister-words') && !speaks(words, 'deregister') && !(inRow && speaks(words, 'sure'))) return fails('notfound', `what opened says nothing about deregistering (${describe(holder)}: ${text(holder, false, 60).slice(0, 60)})`);
    const strange = strangeQuestion(holder, dev, strict.includes(button) && called(button).every(aboutIt));
    if (strange) return refuse('danger', `it asks something else, too: ${strange}`);
    if (!says(button, 'deregister', dev) && controlsIn(holder, trust).some((c) => c !== button && !within(c, button) && !within(button, c) && !says(c, 'cancel') && called(c).some((x) => speaks(fold(x), 'deregister-words') || speaks(fold(x), 'deregister')))) return refuse('ambiguous', 'another button of it speaks of deregistering');
    if (speaks(words, 'was-deregistered') && !says(button, 'deregister', dev)) return noticeOf(dev, trust) || fails('notfound', 'it says that it was done, and asks something else');
    const odd = optionOf(holder, trust);
    if (odd) return refuse('danger', `an option that is on may do more than deregister: ${odd}`);
    const harm = harmsToo(holder, button, trust);
    if (harm) return refuse('danger', `it offers something else, too: ${harm}`);
    if (speaks(words, 'result-failure') && !strict.includes(button)) return { holder, notice: button, failure: true, words: text(holder, false, 300), cancel };
    // At its click the browser has ticked it already.
    const off = boxesIn(holder).filter((b) => (!isTicked(b) || (trust && trust.has(b))) && !chosenBeside(b, holder));
    const boxes = disabled(button) ? off : off.filter(isRequired); // what need not be ticked stays as it is
    if (boxes.length > 1) return refuse('ambiguous', `${boxes.length} boxes in the pop-up`);
    if (boxes.length === 1) {
      const l = fold(optionWords(boxes[0]));
      for (const g of set.dangers || []) if (g.text && speaks(l, g.text)) return refuse('danger', `the box in the pop-up is a danger (${g.name})`);
      return { holder, tick: boxes[0], confirm: null, cancel, words };
    }
    return { holder, confirm: button, cancel, words: text(holder, false, 300), lead };
  };
  // besideOld: what stands beside a button was there before the press, and neither asks nor says
  // the device: a row or a group that was drawn anew.
  const besideOld = (c, dev) => {
    for (let n = up(c), i = 0; isElement(n) && i < 6 && !frameLike(n); n = up(n), i++) {
      const words = [], w = treeWalker(ownerDocument(n), n, 4);
      for (let t = w.nextNode(); t && words.length < 20; t = w.nextNode()) if (fold(t.data) && !controlWords(t, n)) words.push(fold(t.data));
      if (words.length) return words.every((t) => wasSaid(t) && t !== fold(K.devices[dev].name) && !['deregister-words', 'deregister', 'understand', 'sure'].some((p) => speaks(t, p)));
    }
    return false;
  };
  // renamed: the button that was pressed, in the place of its device, which now says that it
  // confirms.
  const renamed = (dev, places, trust) => {
    const el = pressed1.el.deref();
    if (pressed1.last === 'confirm' || !el || !isConnected(el) || !pressable(el) || !inPlaces(el, places) || !canSee(el, trust) || elsewhere(el, dev)) return null;
    const words = called(el).map(fold);
    // What came beside it is part of the question.
    const beside = places.find((p) => inPlace(p, el)), more = leafTexts(beside.el).filter((t) => !wasSaid(t));
    if (more.some((t) => [...HARM, 'danger-beyond'].some((h) => speaks(t, h))) || strangeQuestion(beside.el, dev, true) || optionOf(beside.el, trust)) return null;
    return words.length && !words.some((w) => pressed1.words.includes(w)) && says(el, 'confirm', dev) ? el : null;
  };
  // unanswered: what came up over the page upon the press and was not understood.
  const unanswered = () => {
    for (const ref of pressed1.list) {
      let layer = null;
      for (let e = ref.deref(); isElement(e) && isConnected(e) && !frameLike(e); e = up(e)) if (overlay(e) && visible(e) && !pressed1.before.has(e) && !rowLike(e)) layer = e;
      if (layer && hasControl(layer)) return text(layer, false, 150).slice(0, 150);
    }
    return '';
  };
  // plainText: what an element says outside of its controls.
  const plainText = (el) => {
    let out = '';
    const w = treeWalker(ownerDocument(el), el, 4);
    for (let n = w.nextNode(); n && out.length < 600; n = w.nextNode()) if (!controlWords(n, el)) out += ' ' + n.data;
    return clean(out);
  };
  const isRequired = (b) => b.required === true || attr(b, 'aria-required') === 'true' || speaks(fold(called(b).join(' ')), 'understand');
  const leadsWithDeregister = (holder, g) => {
    const lead = fold(text(holder, false, 4000)).split(/(?<=[.?!\u3002\uff1f])\s/)[0];
    return (speaks(lead, 'deregister-words') || speaks(lead, 'deregister')) && !(g.text && speaks(lead, g.text));
  };
  // noticeOf: a new layer that only wants to be closed.
  const noticeOf = (dev, trust) => {
    for (const ref of pressed1.list) {
      const n = ref.deref();
      if (!n || !isElement(n) || !isConnected(n)) continue;
      let layer = null;
      for (let e = n; isElement(e) && !frameLike(e); e = up(e)) if (overlay(e) && visible(e) && !pressed1.before.has(e) && fresh(e)) layer = e;
      if (!layer || !/[\p{L}]/u.test(text(layer, false, 300))) continue;
      const controls = innermost(controlsIn(layer, trust));
      const closers = controls.filter((c) => says(c, 'ok', dev) || says(c, 'close', dev) || /^[×✕✖xX]$/u.test(clean(text(c))));
      if (!closers.length || closers.length !== controls.length || closers.length > 2) continue;
      const words = fold(wordsOf(layer));
      return { holder: layer, notice: closers[0], failure: speaks(words, 'result-failure'), words: text(layer, false, 300), cancel: null };
    }
    return null;
  };
  // failures: what is said in words that something did not work.
  const failures = () => {
    const out = [];
    for (const [words, nodes] of texts().by) {
      if (!tellsFailure(words)) continue;
      for (const n of nodes) {
        const p = parentNode(n);
        if (n.data.length <= 600 && isElement(p) && visible(p)) out.push([p, clean(n.data)]);
      }
    }
    return out;
  };
  const tellsFailure = memo((words) => speaks(words, 'result-failure'));
  // failureIn: such words that were not there before the press.
  const failureIn = () => { for (const [p, t] of failures()) if (!pressed1.failed.has(t) && !elsewhere(p, pressed1.dev)) return t; return ''; };
  // readOn scrolls what scrolls in a pop-up to its end.
  const readOn = (holder) => {
    for (const e of [holder, ...everyIn(holder)]) if (e.scrollHeight > e.clientHeight + 4 && e.scrollTop + e.clientHeight < e.scrollHeight - 2 && /auto|scroll/.test(getComputedStyle(e).overflowY)) e.scrollTop = e.scrollHeight;
  };
  // outcome waits for what the page does after a press on Deregister or its confirmation.
  const outcome = async (q) => {
    // What a call that is under way brings, changes the page; until then there is nothing to see.
    if (q.calling) await change(Math.min(75, q.ms));
    const dev = byKey(q.key);
    if (ours(dev)) { pressed1.sent = q.sent; pressed1.called = q.called; }
    let gone1 = 0, quiet = now(), was = -1;
    const start = now();
    return until(q.ms, (last) => {
      const at = stamp();
      if (at !== was) { was = at; quiet = now(); }
      if (!ours(dev)) return { what: 'left' };
      const p = popupOf(dev, null);
      if (p.kind && p.kind !== 'notfound') return { fail: p, cancel: !!p.cancel };
      if (p.tick && !seeable(p.tick, 'check', null)) return { what: 'tick', words: p.words };
      if (p.confirm && !disabled(p.confirm)) { remember({ key: q.key, seek: 'confirm', at: -1 }, { el: p.confirm, place: p.holder }, dev, at); return { what: 'confirm', words: p.words }; }
      if (p.notice) return { what: p.failure ? 'failure' : 'notice', words: p.words, close: true };
      const bad = failureIn();
      if (bad) return { what: 'failure', words: bad };
      const found = placesOf(dev);
      const away1 = !found.places.length && !found.why && !p.confirm;
      // Without a call a row that is not there is being drawn anew.
      if (away1 && !pressed1.opened && q.called) { gone1 = gone1 || now(); if (now() - gone1 >= q.settle) return { what: 'gone' }; } else gone1 = 0;
      if (p.confirm) readOn(p.holder); // some wait until all of it was in view
      if (p.confirm) return last ? { what: 'waiting', words: `the confirmation was there, disabled (${disabled(p.confirm)}), until the time was up` } : null;
      if (p.tick) return last ? { what: 'waiting', words: 'the box in the pop-up could not be ticked until the time was up' } : null;
      if (pressed1.page && now() - quiet >= q.rest && notAsked(dev)) return { what: 'nothing', words: notAsked(dev) };
      if (!q.idle) return last ? { what: 'nothing', words: p.words || '', up: unanswered() } : null;
      // The request that the press set off has been answered, and the page is at rest.
      return last || (now() - quiet >= q.rest && now() - start >= q.rest && !p.confirm) ? { what: 'nothing', words: p.words || '', up: unanswered() } : null;
    });
  };
