// Search and sort. Without it the page is complete: the worst stands first, and the choices above the matrix need no script.
"use strict";
{
  const body = document.querySelector(".pools tbody");
  const rows = [...body.rows];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const lines = all(".rule li");
  const tables = all(".protection");
  const search = document.querySelector("#search");
  const field = search.querySelector("input");
  const count = search.querySelector("output");

  const filter = () => {
    const wanted = field.value.trim().toLowerCase();
    const show = (parts) => {
      for (const part of parts) part.hidden = !part.textContent.toLowerCase().includes(wanted);
      return parts.filter((part) => !part.hidden).length;
    };
    const pools = show(rows);
    show(lines);
    show(tables);
    for (const rule of all(".rule")) {
      const own = [...rule.querySelectorAll("li")];
      // A rule that is searched for by its name or its text keeps all that it found.
      if (rule.querySelector("summary").textContent.toLowerCase().includes(wanted)) for (const line of own) line.hidden = false;
      rule.hidden = own.every((line) => line.hidden);
    }
    const findings = lines.filter((line) => !line.hidden).length;
    for (const rule of all(".rule")) {
      rule.open = wanted !== "" && !rule.hidden && findings <= 50;
    }
    count.textContent = wanted ? `${pools} of ${rows.length} pools, ${findings} of ${lines.length} findings` : "";
  };
  // Pools and rules to choose from, beside any other text.
  const known = document.createElement("datalist");
  known.id = "known";
  const names = [...rows.map((row) => row.cells[0].firstChild.textContent), ...all(".rule").map((rule) => rule.id.slice(5))];
  known.append(...names.map((name) => new Option(name)));
  search.append(known);
  field.addEventListener("input", filter);
  search.hidden = false;

  const key = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent;
  const order = new Intl.Collator("en", { numeric: true }).compare;
  const heads = all(".pools thead th");
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    const counts = head.classList.contains("number");
    button.addEventListener("click", () => {
      // Many findings come first, and so does weak protection.
      const before = head.getAttribute("aria-sort");
      const rising = before ? before === "descending" : !counts;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const sorted = [...rows].sort((a, b) => order(key(a, column), key(b, column)) * (rising ? 1 : -1));
      body.append(...sorted);
    });
  });
}
