// What pages gain where scripts run. Every flow works without it.

const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(found, event);
  });

// What was copied, shared or failed is also said to those who do not see it.
function say(text) {
  if (!text) return;
  let toast = document.querySelector(".toast");
  if (!toast) {
    toast = document.createElement("div");
    toast.className = "toast";
    toast.setAttribute("role", "status");
    document.body.append(toast);
  }
  toast.hidden = false;
  toast.textContent = text;
  hideLater(toast);
}
let hiding;
function hideLater(toast) {
  clearTimeout(hiding);
  hiding = setTimeout(() => (toast.hidden = true), 6000);
}

on("click", "[data-copy]", async (button) => {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    say(button.dataset.said);
  } catch {
    getSelection().selectAllChildren(source);
  }
});

on("click", "[data-share]", (button) => {
  navigator.share({ title: button.dataset.title, text: button.dataset.text, url: button.dataset.share }).catch(() => {});
});

// Filters apply as they are chosen; the button is for those without scripts.
on("change", "form[data-auto] select, form[data-auto] input[type=checkbox]", (field) => field.form.requestSubmit());

// Double clicks send a form once.
on("submit", "form[method=post]", (form, event) => {
  if (form.dataset.sent) return event.preventDefault();
  if (form.dataset.part) return;
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});

// Regions: pieces of the page that come anew from the server. The page itself is asked again, so both ways show the same.
function take(html, regions) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const region of regions) {
    const next = fresh.getElementById(region.id);
    region.hidden = !next || next.hidden;
    if (!next || next.innerHTML === region.innerHTML) continue;
    const back = wayBack(region);
    region.replaceChildren(...next.childNodes);
    back();
  }
  dress(document);
}

// Brings whoever stood in a region back to where they were, once it has come anew: to what has the same id, or where that
// is gone or cannot be entered any more, to what stands in its place.
const reachable = (region) =>
  [...region.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(
    (it) => !it.disabled && it.tabIndex >= 0 && it.getClientRects().length,
  );
function wayBack(region) {
  const focus = document.activeElement;
  if (!region.contains(focus)) return () => {};
  const place = reachable(region).indexOf(focus);
  return () => {
    const all = reachable(region);
    const same = focus.id && all.find((it) => it.id === focus.id);
    (same || all[Math.min(Math.max(place, 0), all.length - 1)])?.focus();
  };
}

async function refresh() {
  const regions = [...document.querySelectorAll("[data-region]")];
  if (!regions.length) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (answer.ok) take(await answer.text(), regions);
}

// A form with data-part posts what stands in it to that address and shows the answer's region of the same id. While
// somebody types only regions of words change, never the fields: what is typed meanwhile is not lost.
let asking;
let typing;
async function part(form, button, regions = "[data-part-region]") {
  clearTimeout(typing);
  asking?.abort();
  asking = new AbortController();
  const body = new URLSearchParams(new FormData(form, button));
  try {
    const answer = await fetch(form.dataset.part, { method: "POST", body, signal: asking.signal });
    if (answer.ok || answer.status === 422) take(await answer.text(), document.querySelectorAll(regions));
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}
on("input", "form[data-part]", (form) => {
  clearTimeout(typing);
  typing = setTimeout(() => part(form, null, "[data-part-region=words]"), 350);
});
on("change", "form[data-part] select[data-redraw]", (field) => part(field.form));
on("click", "form[data-part] button[data-redraw]", (button, event) => {
  event.preventDefault();
  part(button.form, button);
});

// Times as the person's clock shows them, written as the server writes them: 3 Dec 2026 16:05, 2026年12月3日 16:05.
const clock = new Intl.DateTimeFormat("en", { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
function moment(date) {
  const on = Object.fromEntries(clock.formatToParts(date).map((part) => [part.type, part.value]));
  const chinese = document.documentElement.lang.startsWith("zh");
  const day = chinese ? `${on.year}年${date.getMonth() + 1}月${on.day}日` : `${on.day} ${on.month} ${on.year}`;
  return `${day} ${on.hour}:${on.minute}`;
}
function dress(root) {
  for (const time of root.querySelectorAll("time[datetime]")) time.title = moment(new Date(time.dateTime));
  for (const button of root.querySelectorAll("[data-share]")) button.hidden = !navigator.share;
}

// Live: what happened since the position that the page shows, then what happens. A lost connection asks for what it missed.
function live(place) {
  let position = place.dataset.position;
  let wait = 500;
  let refreshing;
  let refreshed = 0;
  // Soon, but not more often than every three seconds however much happens.
  const later = () => {
    clearTimeout(refreshing);
    const soon = Math.max(400, refreshed + 3000 - Date.now());
    refreshing = setTimeout(() => {
      refreshed = Date.now();
      refresh().catch(() => {});
    }, soon);
  };
  const connect = () => {
    const address = new URL(place.dataset.live, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    if (position) address.searchParams.set("after", position);
    const socket = new WebSocket(address);
    socket.onopen = () => {
      wait = 500;
      place.dataset.state = "on";
    };
    socket.onmessage = ({ data }) => {
      const news = JSON.parse(data);
      position = news.position;
      place.dataset.position = position;
      if (news.html) {
        const holder = document.createElement("template");
        holder.innerHTML = news.html;
        place.prepend(holder.content);
        while (place.children.length > 30) place.lastElementChild.remove();
        dress(place);
      }
      later();
    };
    socket.onclose = () => {
      place.dataset.state = "off";
      setTimeout(connect, wait * (0.5 + Math.random()));
      wait = Math.min(wait * 2, 15000);
    };
  };
  connect();
}

// The theme changes at once; the server is told for the next page.
on("click", "button[name=theme]", (button, event) => {
  event.preventDefault();
  document.documentElement.dataset.theme = button.value;
  for (const other of document.querySelectorAll("button[name=theme]")) {
    other.setAttribute("aria-pressed", String(other.value === button.value));
  }
  fetch(button.form.action, { method: "POST", body: new URLSearchParams({ theme: button.value, back: "/" }), redirect: "manual" });
});

// A point of a chart tells its day.
on("pointerover", ".chart [data-point]", (point) => {
  const words = point.closest(".chart").querySelector(".told");
  if (words) words.textContent = point.dataset.point;
});

// A form that has to be looked at again is looked at where something is wrong.
document.querySelector("[aria-invalid=true]")?.focus();

dress(document);
document.querySelectorAll(".toast").forEach(hideLater);
document.querySelectorAll("[data-live]").forEach(live);
