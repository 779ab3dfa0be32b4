// What makes the tables of our pages sort, search and filter. It stands behind DataTables in one file, runs in pages that
// allow this file alone, and asks for nothing. Without it every table is whole; in print it is whole again.
(() => {
  "use strict";
  const {DataTable} = DataTables;
  const FEW = 4, MANY = 12, PAGE = 20, PAGED = 30;
  const made = [];

  const text = html => html.replace(/<[^>]*>/g, "").trim();
  const amount = html => {
    const found = text(html).replace(/[,\s\u00a0]/g, "").replace("\u2212", "-").match(/-?\d+(\.\d+)?/);
    return found ? parseFloat(found[0]) : -Infinity;
  };
  // PAY-9 before PAY-10; times and days as they are written
  const natural = html => text(html).toLowerCase().replace(/\d+/g, digits => digits.padStart(16, "0"));
  DataTable.type("amount", {order: {pre: amount}, className: ""});
  DataTable.type("natural", {order: {pre: natural}, className: ""});

  const element = (name, names, said) => {
    const one = document.createElement(name);
    if (names) one.className = names;
    if (said) one.textContent = said;
    return one;
  };

  const says = {
    info: "_START_ to _END_ of _TOTAL_", infoEmpty: "0 of 0",
    infoFiltered: "that fit, of _MAX_", lengthMenu: "_MENU_ rows a page", zeroRecords: "No row fits.",
    paginate: {first: "First", last: "Last", next: "Next", previous: "Previous"},
    aria: {orderable: "", orderableReverse: "", orderableRemove: "",
           paginate: {first: "First page", last: "Last page", next: "Next page", previous: "Previous page", number: "Page "}},
  };

  // a sign is chosen by its word
  const word = node => {
    const sign = node.querySelector("abbr[title]");
    return (sign ? sign.textContent + " " + sign.title : node.textContent.trim()) || "(empty)";
  };

  const choices = (table, api) => {
    const bar = element("div", "choices");
    for (const head of table.tHead.querySelectorAll("th.choice")) {
      const column = api.column(head.cellIndex), name = head.textContent.trim();
      const words = new Map(column.nodes().toArray().map(node => [node.textContent.trim(), word(node)]));
      if (words.size < 2) continue;
      const values = [...words.keys()].sort((a, b) => natural(a) < natural(b) ? -1 : 1);
      const label = element("label", "", name + " "), select = element("select");
      select.append(new Option("all", "", true, true));
      values.forEach((value, place) => select.append(new Option(words.get(value), String(place + 1))));
      select.addEventListener("change", () => {
        const value = values[Number(select.value) - 1];
        column.search.fixed("choice", select.value === "" ? null : (_, __, row) =>
          api.cell(row, column.index()).node().textContent.trim() === value).draw();
      });
      label.append(select);
      bar.append(label);
    }
    return bar;
  };

  const start = table => {
    const heads = [...table.tHead.rows[0].cells], rows = table.tBodies[0].rows.length;
    if (rows < FEW) return;
    const many = rows > MANY, paged = rows > PAGED;
    const page = Number(table.dataset.page) || PAGE;
    const caption = table.caption ? table.caption.textContent : "this table";
    const api = new DataTable(table, {
      autoWidth: false, order: [], orderClasses: false, paging: paged, pageLength: page, searching: many, info: many,
      lengthMenu: [[page, 50, -1], [page, 50, "all"]], language: says,
      layout: {topStart: null, topEnd: null, bottomStart: many ? "info" : null,
               bottomEnd: paged ? ["pageLength", "paging"] : null},
      columnDefs: heads.map((head, place) => ({targets: place, type: head.classList.contains("number") ? "amount" : "natural"})),
    });
    const around = api.table().container(), box = around.closest(".table") || around.parentElement;
    box.classList.add("working");
    const said = element("p", "said", caption), bar = element("div", "tools");
    box.prepend(...(table.caption ? [said] : []), ...(many ? [bar] : []));
    if (many) {
      const field = element("input");
      field.type = "search";
      field.placeholder = "Search these rows";
      field.setAttribute("aria-label", "Search: " + caption);
      field.addEventListener("input", () => api.search(field.value).draw());
      bar.append(field, choices(table, api));
    }
    const lengths = around.querySelector(".dt-length select");
    if (lengths) lengths.setAttribute("aria-label", "Rows a page: " + caption);
    const all = () => {
      bar.querySelectorAll("input, select").forEach(one => { one.value = ""; });
      api.columns().every(function () { this.search.fixed("choice", null); });
      api.search("");
    };
    made.push({api, all});
  };

  // A row may stand on another page of its table: whoever follows a link to it is led there.
  const follow = () => {
    let name;
    try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    if (!name) return;
    for (const {api, all} of made) {
      const row = api.row((_, __, node) => node.id === name);
      if (!row.any()) continue;
      if (!row.node().isConnected) {
        all();
        api.draw();
        const place = api.rows({order: "applied", search: "applied"}).indexes().toArray().indexOf(row.index());
        if (api.page.len() > 0) api.page(Math.floor(place / api.page.len())).draw("page");
      }
      break;
    }
    const target = document.getElementById(name);
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView({block: target.tagName === "TR" ? "center" : "start"});
    document.querySelectorAll("tr.meant").forEach(row => row.classList.remove("meant"));
    if (target.tagName === "TR") target.classList.add("meant");
  };

  const begin = () => {
    DataTable.ext.errMode = "none";
    document.querySelectorAll("table.sortable").forEach(start);
    follow();
    addEventListener("hashchange", follow);
    addEventListener("beforeprint", () => {
      document.querySelectorAll("details.further:not([open]), details.each:not([open])").forEach(fold => { fold.open = true; });
    });
    addEventListener("beforeprint", () => made.forEach(one => {
      if (one.api.page.info().pages > 1) { one.shown = one.api.page.len(); one.api.page.len(-1).draw(); }
    }));
    addEventListener("afterprint", () => made.forEach(one => {
      if (one.shown) { one.api.page.len(one.shown).draw(); one.shown = 0; }
    }));
  };
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", begin) : begin();
})();
