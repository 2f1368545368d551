"use strict";
// The table of cells: filters, order, and as many rows as asked for. Figures: enlarging and saving.
(() => {
  const STEP = 200;
  const data = JSON.parse(document.getElementById("cells-data").textContent);
  const table = document.getElementById("cell-table");
  const columns = data.columns;
  const state = { text: "", picked: {}, order: null, descending: false, rows: STEP };

  const value = (column, row) => (column.codes ? column.values[column.codes[row]] : column.numbers[row]);
  const shown = (cell) => (cell === null || cell === undefined ? "" : cell === Infinity ? "inf" : String(cell));
  const words = (column) => column.kind === "status" || column.kind === "text" ||
    (column.values || []).some((one) => typeof one === "string");
  const look = (column) => (words(column) ? "words " + column.name : "");

  // A number is found where a value, or a number in a text, is the same; any other word where a text or a word of it
  // begins so. A status is found by its name in the file, too.
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/;
  const INFINITE = { inf: Infinity, "+inf": Infinity, "-inf": -Infinity };

  function begins(text, word) {
    const parts = [text, ...text.split(/[\s_,;:()]+/)];
    if (!NUMBER.test(word)) return parts.some((part) => part.startsWith(word));
    return parts.some((part) => NUMBER.test(part) && Number(part) === Number(word));
  }

  // Whether the word is in a row of a column, as a function of the row.
  function finder(column, word) {
    if (!column.codes) {
      const wanted = NUMBER.test(word) ? Number(word) : INFINITE[word];
      return (row) => column.numbers[row] === wanted;
    }
    const found = column.values.map((one, code) =>
      [shown(one), (column.names || [])[code] || ""].some((text) => begins(text.toLowerCase(), word)));
    return (row) => found[column.codes[row]];
  }

  function matching() {
    const wanted = state.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const finders = wanted.map((word) => columns.map((column) => finder(column, word)));
    const picked = columns.filter((column) => column.name in state.picked)
      .map((column) => [column, state.picked[column.name]]);
    const rows = [];
    for (let row = 0; row < data.shown; row++) {
      if (picked.every(([column, code]) => column.codes[row] === code) &&
          finders.every((one) => one.some((found) => found(row)))) rows.push(row);
    }
    return rows;
  }

  function compare(a, b) {
    const none = (one) => one === null || one === undefined;
    if (none(a) || none(b)) return none(a) - none(b);
    return typeof a === "string" || typeof b === "string" ? String(a).localeCompare(String(b)) : a - b;
  }

  function ordered(rows) {
    const column = columns.find((one) => one.name === state.order);
    if (!column) return rows;
    const sign = state.descending ? -1 : 1;
    return rows.sort((a, b) => {
      const one = value(column, a), other = value(column, b);
      const missing = (one === null) - (other === null); // what is missing stays at the end
      return missing || sign * compare(one, other) || a - b;
    });
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function head() {
    const row = element("tr");
    for (const column of columns) {
      const cell = element("th", undefined, words(column) ? "words" : "");
      cell.scope = "col";
      const button = element("button", column.title);
      button.type = "button";
      button.title = "sort by " + column.title;
      button.addEventListener("click", () => {
        state.descending = state.order === column.name && !state.descending;
        state.order = column.name;
        draw();
      });
      cell.append(button);
      cell.dataset.column = column.name;
      row.append(cell);
    }
    table.createTHead().append(row);
  }

  function draw() {
    const rows = ordered(matching());
    const body = element("tbody");
    for (const row of rows.slice(0, state.rows)) {
      const line = element("tr");
      for (const column of columns) line.append(element("td", shown(value(column, row)), look(column)));
      body.append(line);
    }
    table.tBodies[0].replaceWith(body);
    for (const cell of table.tHead.rows[0].cells) {
      const here = cell.dataset.column === state.order;
      cell.setAttribute("aria-sort", here ? (state.descending ? "descending" : "ascending") : "none");
    }
    const visible = Math.min(rows.length, state.rows);
    document.getElementById("matches").textContent = rows.length.toLocaleString("en") + " of " +
      data.shown.toLocaleString("en") + " cells match" + (visible < rows.length ? ", the first " + visible + " are shown" : "");
    document.getElementById("more").hidden = visible >= rows.length;
    keep();
  }

  function filters() {
    const place = document.getElementById("filters");
    const search = document.getElementById("search");
    search.value = state.text;
    search.addEventListener("input", () => { state.text = search.value; state.rows = STEP; draw(); });
    for (const column of columns) {
      if (!column.codes || column.kind === "text" && column.name !== "file" || column.values.length < 2) continue;
      const label = element("label", column.title);
      const select = element("select");
      select.dataset.column = column.name;
      select.append(new Option("all", ""));
      column.values.forEach((one, code) => select.append(new Option(shown(one), String(code))));
      if (column.name in state.picked) select.value = String(state.picked[column.name]);
      select.addEventListener("change", () => {
        if (select.value === "") delete state.picked[column.name];
        else state.picked[column.name] = Number(select.value);
        state.rows = STEP;
        draw();
      });
      label.append(select);
      place.append(label);
    }
    document.getElementById("more").addEventListener("click", () => { state.rows += STEP; draw(); });
    document.getElementById("clear").addEventListener("click", () => {
      state.text = search.value = "";
      state.picked = {};
      state.rows = STEP;
      for (const select of place.querySelectorAll("select")) select.value = "";
      draw();
    });
  }

  // A page that is loaded again (a sweep that is watched) goes on with what was asked for.
  const name = "ntksweep-report " + location.pathname;
  function keep() {
    try { sessionStorage.setItem(name, JSON.stringify(state)); } catch (error) { /* no storage: nothing to keep */ }
  }
  function recall() {
    try {
      const old = JSON.parse(sessionStorage.getItem(name) || "{}");
      Object.assign(state, old, { picked: {} });
      for (const [key, code] of Object.entries(old.picked || {})) {
        const column = columns.find((one) => one.name === key && one.codes);
        if (column && code < column.values.length) state.picked[key] = code;
      }
    } catch (error) { /* as above */ }
  }

  function figures() {
    const dialog = document.getElementById("enlarged");
    const large = dialog.querySelector("img");
    for (const figure of document.querySelectorAll(".picture")) {
      const image = figure.querySelector("img");
      figure.querySelector(".enlarge").addEventListener("click", () => {
        large.src = image.src;
        large.alt = image.alt;
        dialog.showModal();
      });
      figure.querySelector(".save").addEventListener("click", () => {
        const link = element("a");
        link.href = image.src;
        link.download = figure.dataset.file;
        link.click();
      });
    }
    dialog.addEventListener("click", () => dialog.close());
  }

  recall();
  head();
  filters();
  draw();
  figures();
  const seconds = Number(document.body.dataset.reload);
  if (seconds > 0) setTimeout(() => location.reload(), 1000 * seconds);
})();
