// Before anything is painted: the theme that was chosen, or the system's, so that nothing flashes.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem("querycast.theme")
  } catch {
    // storage is switched off: the system's theme it is
  }
  const dark =
    chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)
  document.body.classList.toggle("awsui-dark-mode", dark)
  document.documentElement.style.colorScheme = dark ? "dark" : "light"
  document.documentElement.style.backgroundColor = dark ? "#161d26" : "#ffffff"
})()
