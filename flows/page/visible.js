  // ---- visible, disabled ----

  const hiddenCSS = (set.hidden || []).join(',');
  const sized = (b) => b.width >= 2 && b.height >= 2;
  // invisible says why an element cannot be seen, '' if it can. What was seen when
  // the gesture began (trust) stays seen until its end: pages react to the press.
  const invisible = (el, trust) => (trust ? unseen(el, trust) : unseenNow(el));
  const unseen = (el, trust) => {
    if (!isConnected(el)) return 'not in the document';
    if (trust && trust.has(el)) return '';
    const style = getComputedStyle(el);
    if (style.display === 'contents') return someKid(el, trust) ? '' : 'no box';
    if (!rendered(el, { visibilityProperty: true, contentVisibilityAuto: true })) {
      return style.display === 'none' || style.visibility === 'visible' ? 'display:none' : 'visibility:' + style.visibility;
    }
    const hider = hiddenCSS && hiderOf(el);
    if (hider && !/visibility:\s*visible/.test(attr(hider, 'style') || '')) return 'hidden by the site (' + describe(hider) + ')';
    const box = boxOf(el);
    if (!sized(box)) {
      if (style.overflow === 'visible' && someKid(el, trust)) return '';
      return `size ${Math.round(box.width)}x${Math.round(box.height)}`;
    }
    return shut(el, box);
  };
  // hiderOf: what hides an element by the site's own word, itself or around it.
  const hiderOf = once((el) => {
    if (matches(el, hiddenCSS)) return el;
    const p = parentNode(el);
    return isElement(p) ? hiderOf(p) : null;
  });
  const unseenNow = once((el) => unseen(el, null));
  const someKid = (el, trust, depth = 0) => {
    let n = 0;
    for (const k of kids(el)) {
      if (nodeType(k) === 3 && getComputedStyle(el).display === 'contents' && k.data.trim()) return true;
      if (nodeType(k) !== 1) continue;
      if (++n > 20) return false;
      if (depth < 4 && !invisible(k, trust)) return true;
    }
    return false;
  };
  // styleOf: what shut must know of an element, which is asked of the same ones for
  // everything that stands in them.
  const styleOf = once((el) => {
    const s = getComputedStyle(el);
    return {
      opacity: parseFloat(s.opacity), position: s.position, framed: s.transform !== 'none' || s.filter !== 'none',
      clipped: (s.clip !== 'auto' && /^rect\((0px|1px), (0px|1px), (0px|1px), (0px|1px)\)$/.test(s.clip)) || /^inset\((50|100)%/.test(s.clipPath),
      clips: s.overflowX !== 'visible' && s.display !== 'inline',
    };
  });
  // calm: an element and all around it do nothing of what shut looks for: 0 where one of them
  // may, 2 where something in between scrolls or clips, 1 otherwise. Most of a page is calm, and
  // what stands around one element stands around many.
  const plain = (s) => s.opacity >= 1 && !s.clipped && (s.position === 'static' || s.position === 'relative');
  const calm = once((el) => {
    const s = styleOf(el);
    if (!plain(s)) return 0;
    const clips = s.clips && localName(el) !== 'html' && localName(el) !== 'body';
    if (clips && !sized(boxOf(el))) return 0;
    const p = up(el), around = isElement(p) ? calm(p) : 1;
    return around && clips ? 2 : around;
  });
  // shut: what the ancestors do to an element that has a box: fade it, clip it
  // away, or keep it where no scrolling leads.
  const shut = (el, box) => {
    let opacity = 1, position = 'static', scroller = false, fixed = false;
    const view = defaultView(ownerDocument(el)) || window;
    const p = up(el), around = plain(styleOf(el)) ? (isElement(p) ? calm(p) : 1) : 0;
    if (around) scroller = around === 2;
    else for (let n = el; isElement(n); n = up(n)) {
      const s = styleOf(n);
      opacity *= s.opacity;
      if (opacity < 0.1) return `opacity ${opacity.toFixed(2)}` + (n === el ? '' : ' by ' + describe(n));
      if (s.clipped) return 'clipped away';
      const framed = s.framed;
      const escapes = n !== el && ((position === 'absolute' && s.position === 'static' && !framed) || (position === 'fixed' && !framed));
      if (n !== el && !escapes) {
        if (s.clips && localName(n) !== 'html' && localName(n) !== 'body') {
          const b = boxOf(n);
          if (b.width < 2 || b.height < 2) return 'inside collapsed ' + describe(n);
          scroller = true;
        }
      }
      if (!escapes && s.position !== 'static' && s.position !== 'relative') position = s.position;
      if (s.position === 'fixed' && ownerDocument(n) === ownerDocument(el)) fixed = true;
    }
    if (!scroller && fixed && (box.right <= 0 || box.bottom <= 0 || box.left >= view.innerWidth || box.top >= view.innerHeight)) return 'outside the window';
    if (!scroller && !fixed && (box.right + view.scrollX <= 0 || box.bottom + view.scrollY <= 0)) return 'outside the page';
    return '';
  };
  const visible = (el, trust) => !invisible(el, trust);

  // disabled says how a control shows that it may not be used, '' if it may.
  const disabled = (el) => {
    if (matches(el, ':disabled')) return attr(el, 'disabled') === null ? 'by its fieldset' : 'attribute';
    for (let n = el, i = 0; isElement(n); n = up(n), i++) {
      if (attr(n, 'aria-disabled') === 'true') return 'aria-disabled';
      if (i < 4 && matches(n, 'button,fieldset') && matches(n, ':disabled')) return 'attribute';
      // A console dialog's button that may not be used yet is only faded, inline.
      const o = i < 4 ? parseFloat((attr(n, 'style') || '').match(/(?:^|;)\s*opacity\s*:\s*([\d.]+)/)?.[1]) : NaN;
      if (o >= 0.1 && o <= 0.6 && (i === 0 || matches(n, 'button,a,label,[role=button],[tabindex]'))) return `opacity ${o}`;
    }
    return '';
  };

  // labelsIn: the labels of a tree by what they are for. The browser looks for those of
  // one element in the whole document each time.
  const controlOf = got(HTMLLabelElement.prototype, 'control');
  const labelsIn = once((root) => {
    const by = new Map();
    for (const l of (nodeType(root) === 9 ? inDocument : inFragment)(root, 'label')) {
      const c = controlOf(l);
      if (c && by.has(c)) by.get(c).push(l);
      else if (c) by.set(c, [l]);
    }
    return by;
  });
  const labels = (el) => {
    const root = rootOf(el);
    const out = nodeType(root) === 1 ? [] : [...(labelsIn(root).get(el) || [])]; // else it is in no document
    const l = closestSafe(el, 'label');
    if (l && !out.includes(l)) out.push(l);
    return out;
  };
  // seeable: for ticking, a box may be faded out under the label that draws it.
  const seeable = (el, mode, trust) => {
    const why = invisible(el, trust);
    if (why && (!matches(el, 'input[type=checkbox],input[type=radio]') || !labels(el).length) && faced(el)) return '';
    if (why && mode === 'check' && labels(el).some((l) => visible(l, trust))) return '';
    return why;
  };

  // ---- dangers ----

  const BUTTON = 'button,a,input,label,summary,[role=button],[role=menuitem],[tabindex],[onclick]';
  // danger names the danger that a control is, judged on what it says itself and
  // on the marks (not the words) of its ancestors up to three levels.
  const danger = (el) => {
    const control = (() => { for (let n = el, i = 0; isElement(n) && i < 4; n = up(n), i++) if (matches(n, BUTTON)) return n; return el; })();
    const marks = [];
    for (let n = el, i = 0; isElement(n) && i < 4; n = up(n), i++) marks.push(n);
    let labels2 = null, said = null;
    for (const d of set.dangers || []) {
      if (d.where === 'dialog') continue;
      if (d.css && marks.some((n) => matches(n, d.css))) return d.name;
      if (!d.text) continue;
      if (!said) {
        const own = [el, control].map((n) => fold(label(n, 300)).slice(0, 300));
        labels2 = own.concat(marks.flatMap((n) => ['aria-label', 'title', 'value'].map((a) => fold(attr(n, a)))));
        said = labels2.concat(marks.flatMap((n) => ['id', 'name', 'href', 'data-action'].map((a) => attr(n, a)).filter((v) => v && v.length < 500)
          .map((v) => fold(v.replace(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/gu, ' ')))));
      }
      if (d.contains ? said.some((x) => speaks(x, d.text)) : labels2.some((x) => isPhrase(x, d.text))) return d.name;
    }
    return '';
  };
