// The shop's own script: steppers, swatches, tabs, cart, shipping, payment. Faults are marked `Fault:`.
"use strict";

async function send(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, ok: response.ok, answer: await response.json() };
}

function say(message, link) {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.append(message);
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link.href;
    anchor.textContent = link.text;
    toast.append(anchor);
  }
  document.getElementById("toasts").replaceChildren(toast);
  setTimeout(() => toast.remove(), 5000);
}

function showCount(count) {
  document.getElementById("cart-count").textContent = count;
}

function steppers() {
  for (const stepper of document.querySelectorAll("[data-stepper]")) {
    const output = stepper.querySelector("output");
    const [less, more] = stepper.querySelectorAll("button");
    const hidden = stepper.querySelector("input");
    const max = Number(stepper.dataset.max);
    stepper.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const quantity = Math.min(max, Math.max(1, Number(output.textContent) + Number(button.dataset.step)));
      output.textContent = quantity;
      less.disabled = quantity === 1;
      more.disabled = quantity === max;
      if (hidden) hidden.value = quantity;
      stepper.dispatchEvent(new CustomEvent("quantity", { bubbles: true, detail: quantity }));
    });
  }
}

function product() {
  const form = document.getElementById("buy");
  if (!form) return;
  form.addEventListener("change", (event) => {
    const { colour } = event.target.dataset;
    if (colour) document.querySelector("#stage [data-piece]").setAttribute("color", colour);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const { ok, answer } = await send("/demo/api/cart", {
      slug: fields.get("slug"),
      glaze: fields.get("glaze"),
      quantity: Number(fields.get("quantity")),
    });
    if (!ok) return say(answer.detail);
    showCount(answer.count);
    say(answer.message, { href: "/demo/cart", text: "View cart" });
  });
}

function tabs() {
  for (const group of document.querySelectorAll("[data-tabs]")) {
    const all = [...group.querySelectorAll("[role=tab]")];
    const open = (tab) => {
      for (const other of all) {
        other.setAttribute("aria-selected", other === tab);
        other.tabIndex = other === tab ? 0 : -1;
        document.getElementById(other.getAttribute("aria-controls")).hidden = other !== tab;
      }
    };
    group.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) open(tab);
    });
    group.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const at = all.indexOf(event.target);
      if (!step || at < 0) return;
      const next = all[(at + step + all.length) % all.length];
      open(next);
      next.focus();
    });
  }
}

function cart() {
  for (const line of document.querySelectorAll("[data-line]")) {
    const { slug, glaze } = line.dataset;
    const change = async (quantity) => {
      const { ok, answer } = await send("/demo/api/cart/quantity", { slug, glaze, quantity });
      if (!ok) return say(answer.detail);
      showCount(answer.count);
      document.getElementById("subtotal").textContent = answer.subtotal;
      if (answer.quantity) line.querySelector("[data-line-total]").textContent = answer.line;
      else if (answer.count) line.remove();
      else location.reload();
    };
    line.addEventListener("quantity", (event) => change(event.detail));
    line.querySelector("[data-remove]").addEventListener("click", () => change(0));
  }
}

function shipping() {
  const form = document.getElementById("shipping");
  if (!form) return;
  const answer = document.getElementById("shipping-answer");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    answer.textContent = "Asking the carrier…";
    const postcode = new FormData(form).get("postcode");
    const response = await fetch(`/demo/api/shipping?postcode=${encodeURIComponent(postcode)}`);
    const body = await response.json();
    answer.textContent = response.ok ? body.text : body.detail;
  });
}

function payment() {
  const form = document.getElementById("pay");
  if (!form) return;
  const message = document.getElementById("pay-message");
  const button = form.querySelector("button");
  const mark = (errors) => {
    for (const input of form.querySelectorAll("input")) {
      const error = errors[input.name] ?? "";
      if (error) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      document.getElementById(`${input.name}-error`).textContent = error;
    }
  };
  const refuse = (text) => {
    const alert = document.createElement("p");
    alert.className = "alert";
    alert.setAttribute("role", "alert");
    alert.textContent = text;
    message.replaceChildren(alert);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    message.replaceChildren();
    const { ok, answer } = await send("/demo/api/pay", Object.fromEntries(new FormData(form)));
    if (ok) {
      window.playhead?.event("order placed", { order: answer.order });
      location.assign(answer.next);
      return;
    }
    button.disabled = false;
    mark(answer.fields ?? {});
    refuse(answer.detail);
  });
}

function sizeGuide() {
  const guide = document.querySelector("[data-size-guide]");
  if (!guide) return;
  // Fault: the rates were to come with the page and never did, so `rates` is undefined here and at each click.
  const { rates } = guide.dataset;
  const convert = (unit) => rates[unit].factor;
  guide.addEventListener("click", (event) => {
    const { unit } = event.target.dataset;
    if (unit) convert(unit);
  });
  setTimeout(() => convert("centimetres"));
}

for (const part of [steppers, product, tabs, cart, shipping, payment, sizeGuide]) part();
