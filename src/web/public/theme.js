/*
 * Applies a chosen theme before the first paint, so that a dark page never flashes light. It is a
 * file of its own, not an inline script, so that a strict content security policy can stay.
 */
try {
  const choice = localStorage.getItem("lectern.theme");
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
} catch {
  // storage can be forbidden; the page then follows the system
}
