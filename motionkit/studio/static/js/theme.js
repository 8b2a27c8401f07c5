// Before the page is drawn, so that it never flashes. Auto follows the system.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("theme") || "auto";
  const apply = () => {
    const theme = chosen();
    document.documentElement.dataset.theme = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
    document.dispatchEvent(new Event("theme"));
  };
  dark.addEventListener("change", apply);
  apply();
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const words = { auto: "Auto", light: "Light", dark: "Dark" };
    const show = () => {
      button.textContent = words[chosen()];
      button.setAttribute("aria-label", `Theme: ${chosen() === "auto" ? "as the system has it" : chosen()}`);
    };
    button.addEventListener("click", () => {
      const next = { auto: "light", light: "dark", dark: "auto" }[chosen()];
      localStorage.setItem("theme", next);
      apply();
      show();
    });
    show();
  });
})();
