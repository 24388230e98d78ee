/** The countries that there are, from what the browser knows of regions. */

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
const NO_COUNTRIES = ["EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"]

export interface Country {
  code: string
  name: string
}

/** By name. A code that has become another's, such as DD, is left out. */
export function countries(): Country[] {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" })
  const codes = LETTERS.flatMap((one) => LETTERS.map((other) => one + other))
  return codes
    .filter((code) => !NO_COUNTRIES.includes(code))
    .filter((code) => new Intl.Locale(`und-${code}`).region === code)
    .flatMap((code) => {
      const name = names.of(code)
      return name ? [{ code, name }] : []
    })
    .sort((one, other) => one.name.localeCompare(other.name))
}

/** Where the reader may be, from the language alone; empty where that tells nothing. */
export function suggestedCountry(locale: string): string {
  return new Intl.Locale(locale).maximize().region ?? ""
}
