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

  // What the choices of the page leave, which its style carries out.
  const isShown = (part) => getComputedStyle(part).display !== "none";
  const text = (part) => part.textContent.toLowerCase();
  const title = (row) => row.cells[0].firstChild.textContent.toLowerCase();

  const filter = () => {
    const words = field.value.trim().toLowerCase().split(/\s+/);
    const fits = (part) => words.every((word) => text(part).includes(word));
    for (const table of tables) table.hidden = !fits(table);
    for (const rule of all(".rule")) {
      const own = [...rule.querySelectorAll("li")];
      // A rule that is searched for by its name or its text keeps all that it found.
      const isMeant = fits(rule.querySelector("summary"));
      for (const line of own) line.hidden = !isMeant && !fits(line);
      rule.hidden = own.every((line) => line.hidden);
    }
    const left = lines.filter((line) => !line.hidden);
    // A pool is found by its row, and by what was found in it.
    const places = left.map((line) => text(line.querySelector("code") ?? line));
    for (const row of rows) {
      const name = title(row);
      row.hidden = !fits(row) && !places.some((place) => place.includes(name));
    }
    const isWanted = words[0] !== "";
    const pools = rows.filter(isShown).length;
    const findings = lines.filter((line) => isShown(line) && isShown(line.closest(".rule"))).length;
    for (const rule of all(".rule")) {
      rule.open = isWanted && !rule.hidden && left.length <= 50;
    }
    const isLess = pools < rows.length || findings < lines.length;
    count.textContent = isLess ? `${pools} of ${rows.length} pools, ${findings} of ${lines.length} findings` : "";
  };
  // Pools and rules to choose from, beside any other text.
  const known = document.createElement("datalist");
  known.id = "known";
  const names = [...rows.map((row) => row.cells[0].firstChild.textContent), ...all(".rule").map((rule) => rule.id.slice(5))];
  known.append(...names.map((name) => new Option(name)));
  search.append(known);
  field.addEventListener("input", filter);
  for (const choice of all("input[type=radio]")) choice.addEventListener("change", filter);
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
