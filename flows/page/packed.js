  // ---- what is long is packed on its way, to Go and from it ----

  const through = (bytes, stream) => new Response(new Blob([bytes]).stream().pipeThrough(stream));
  const fromBase64 = (z) => Uint8Array.from(atob(z), (c) => c.charCodeAt(0));
  const toBase64 = (b) => { let s = ''; for (let i = 0; i < b.length; i += 8192) s += String.fromCharCode(...b.subarray(i, i + 8192)); return btoa(s); };
  const unpack = (z) => through(fromBase64(z), new DecompressionStream('gzip')).text();
  // print32 tells one part of an answer from another; as print32 in Go.
  const print32 = (s) => { let h = 0x811c9dc5; for (let i = 0; i < s.length; i++) h = Math.imul(h ^ s.charCodeAt(i), 0x01000193); return h >>> 0; };
  // pack: an answer as it is, or where it is long its JSON, packed. has: prints of the parts of
  // the long answer before; of what is in it, only which part it is is said. That each print
  // stood for what it should, Go sees from the sum of all.
  const pack = async (r, long, has) => {
    const json = JSON.stringify(r);
    if (!json || json.length < long) return r;
    if (has && crypto.subtle) {
      const at = new Map([...new Uint32Array(fromBase64(has).buffer)].map((h, i) => [h, i])), parts = [];
      let run = null;
      for (const p of json.split(/(?<=\}),(?=\{)/)) {
        const i = at.get(print32(p));
        if (i === undefined) { parts.push(p); run = null; } else if (run && run[0] + run[1] === i) run[1]++;
        else parts.push((run = [i, 1]));
      }
      const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(json)));
      const like = { like: parts, sum: toBase64(sum) };
      if (JSON.stringify(like).length < json.length / 10) return like;
    }
    return { packed: toBase64(new Uint8Array(await through(json, new CompressionStream('gzip')).arrayBuffer())) };
  };
  // keep: a list that every document of the tab begins with, until it is asked for.
  let kept = null;
  const keep = (version, z) => { kept = { version, z }; };
  const knowKept = async (version, of, without) => {
    if (!kept || kept.version !== of) throw new Error('no such list is kept here');
    const not = new Set(without), list = JSON.parse(await unpack(kept.z));
    return call('know', { version, devices: list.filter((d, i) => !not.has(i)) });
  };
