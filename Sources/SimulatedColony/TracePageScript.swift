/// What draws a run in the browser: lanes, states, messages, faults.
enum TracePageScript {
  static let style = """
    body { font: 14px system-ui, sans-serif; margin: 1em; color: #222; background: #fff }
    h1 { font-size: 1.1em }
    canvas { display: block; border: 1px solid #ccc; width: 100% }
    #hint { color: #666; margin: .3em 0 }
    #bar button { margin: 0 .4em .4em 0; font: inherit; border: 1px solid #b00; background: #fee }
    pre { white-space: pre-wrap; min-height: 6em; font: 13px ui-monospace, monospace }
    """

  /// Entries are [µs, lane, kind, text, other lane]; kinds: m message, l log, d life, f fault, s state.
  static let text = """
    const lane = 56, left = 90, top0 = 24;
    const canvas = document.getElementById("lanes"), pen = canvas.getContext("2d");
    const out = document.getElementById("text");
    const end = Math.max(1, ...run.entries.map(e => e[0]), ...run.violations.map(v => v[0]));
    const colors = { live: "#8fd19e", ready: "#cde8d3", starting: "#ffe08a", degraded: "#ffd180",
      quarantined: "#e57373", stopping: "#bbb", finished: "#ccc" };
    let from = 0, to = end, mouse = null;
    const width = () => canvas.width - left - 10;
    const x = t => left + (t - from) / (to - from) * width();
    const time = px => from + (px - left) / width() * (to - from);
    const y = n => top0 + lane * n + lane / 2;
    const isStart = e => e[3].startsWith("starts");
    const spans = [];
    run.names.forEach((_, n) => {
      let state = null, since = 0;
      const close = t => { if (state) spans.push([n, since, t, state]); state = null };
      for (const e of run.entries) {
        if (e[1] !== n) continue;
        if (e[2] === "s") { close(e[0]); state = e[3]; since = e[0] }
        if (e[2] === "d" && !isStart(e)) close(e[0]);
      }
      close(end);
    });
    function drawTimes() {
      const step = Math.pow(10, Math.floor(Math.log10((to - from) / 5)));
      pen.fillStyle = "#999";
      for (let t = Math.ceil(from / step) * step; t < to; t += step) {
        pen.fillText((t / 1000).toFixed(step < 1000 ? 2 : 0) + " ms", x(t) + 2, 12);
        pen.fillRect(x(t), 2, 1, canvas.height);
      }
    }
    function drawStates() {
      for (const [n, since, until, state] of spans) {
        if (until < from || since > to) continue;
        const a = Math.max(left, x(since)), b = Math.min(canvas.width, x(until));
        pen.fillStyle = colors[state] || "#dde";
        pen.fillRect(a, y(n) - 9, Math.max(1, b - a), 18);
      }
    }
    function drawMessages() {
      pen.strokeStyle = "rgba(60, 90, 160, .4)";
      pen.beginPath();
      for (const e of run.entries) {
        if (e[2] !== "m" || e[0] < from || e[0] > to || e[4] >= run.names.length) continue;
        pen.moveTo(x(e[0]), y(e[1]));
        pen.lineTo(x(e[0]) + 4, y(e[4]));
      }
      pen.stroke();
    }
    function drawEvents() {
      for (const e of run.entries) {
        if (e[0] < from || e[0] > to) continue;
        if (e[2] === "d") {
          pen.fillStyle = isStart(e) ? "#2e7d32" : "#c62828";
          pen.fillRect(x(e[0]) - 2, y(e[1]) - 16, 4, 32);
        } else if (e[2] === "f") {
          pen.fillStyle = "#6a1b9a";
          pen.beginPath();
          pen.moveTo(x(e[0]), y(e[1]) - 12);
          pen.lineTo(x(e[0]) - 5, y(e[1]) - 22);
          pen.lineTo(x(e[0]) + 5, y(e[1]) - 22);
          pen.fill();
        }
      }
      pen.fillStyle = "#d50000";
      for (const v of run.violations) if (v[0] >= from && v[0] <= to) pen.fillRect(x(v[0]) - 1, 16, 3, 9999);
    }
    function draw() {
      canvas.width = canvas.clientWidth;
      canvas.height = top0 + lane * run.names.length + 10;
      pen.font = "12px system-ui";
      drawTimes();
      drawStates();
      drawMessages();
      drawEvents();
      pen.fillStyle = "#fff";
      pen.fillRect(0, top0, left - 2, canvas.height);
      pen.fillStyle = "#222";
      run.names.forEach((name, n) => pen.fillText(name, 4, y(n) + 4));
    }
    function say() {
      const t = time(mouse[0]), n = Math.floor((mouse[1] - top0) / lane), near = (to - from) / 150;
      const told = run.entries.filter(e => e[1] === n && Math.abs(e[0] - t) < near).slice(0, 40);
      const lines = told.map(e => (e[0] / 1000).toFixed(3) + " ms  " +
        (e[2] === "m" ? e[3] + " to " + (run.names[e[4]] || "operator") : e[3]));
      const broken = run.violations.filter(v => Math.abs(v[0] - t) < near).map(v => "BROKEN " + v[1]);
      out.textContent = broken.concat(lines).join("\\n");
    }
    canvas.onmousemove = event => {
      if (event.buttons === 1 && mouse) {
        const moved = time(event.offsetX) - time(mouse[0]);
        from -= moved;
        to -= moved;
        draw();
      }
      mouse = [event.offsetX, event.offsetY];
      say();
    };
    canvas.onwheel = event => {
      event.preventDefault();
      const t = time(event.offsetX), k = event.deltaY < 0 ? .8 : 1.25;
      from = t - (t - from) * k;
      to = t + (to - t) * k;
      draw();
    };
    for (const [t, text] of run.violations.slice(0, 4)) {
      const button = document.createElement("button");
      button.textContent = text;
      button.onclick = () => { from = t - 1e6; to = t + 3e5; draw() };
      document.getElementById("bar").append(button);
    }
    onresize = draw;
    draw();
    """
}
