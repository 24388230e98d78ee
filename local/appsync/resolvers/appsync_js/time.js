// util.time: instants as ISO 8601, epoch numbers, or by the patterns of Java's DateTimeFormatter.
// The engine knows no time zones: Python brings the offsets of a zone when a handler first asks.
// https://docs.aws.amazon.com/appsync/latest/devguide/time-helpers-in-util-time-js.html
"use strict";

appsync.util.time = (() => {
  const zones = new Map([["UTC", []], ["GMT", []], ["Z", []]]); // name: [[from ms, offset minutes]]
  const FIXED = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$/;
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"];
  const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  const digits = (number, length) => appsync.padded(Math.abs(number), length);

  const offsetAt = (ms, zone) => {
    const fixed = FIXED.exec(zone);
    if (fixed) return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3] || 0));
    if (!zones.has(zone)) throw new appsync.Missing(zone);
    const offsets = zones.get(zone);
    if (offsets === null) throw new RangeError(`'${zone}' is no time zone; give one such as Europe/Berlin.`);
    let offset = 0;
    for (const [from, minutes] of offsets) {
      if (from > ms) break;
      offset = minutes;
    }
    return offset;
  };
  const offsetText = (minutes, separator, zero) => {
    if (minutes === 0 && zero) return zero;
    const size = Math.abs(minutes);
    return (minutes < 0 ? "-" : "+") + digits(Math.floor(size / 60), 2) + separator + digits(size % 60, 2);
  };

  const tokens = (pattern) => {
    const found = [];
    for (const [part] of appsync.allMatches(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+/g, pattern)) {
      if (part === "''") found.push(["text", "'"]);
      else if (part[0] === "'") found.push(["text", part.slice(1, -1).split("''").join("'")]);
      else if (/[A-Za-z]/.test(part[0])) found.push([part[0], part.length]);
      else found.push(["text", part]);
    }
    return found;
  };
  const literal = (text) => [...text].map((one) => ("\\.*+?^${}()|[]/".includes(one) ? `\\${one}` : one)).join("");
  const unknown = (letter, pattern) => {
    throw new RangeError(`The pattern '${pattern}' has the letter '${letter}', which is not supported.`);
  };

  const field = (letter, length, local, offset, zone, pattern) => {
    const number = (value) => digits(value, length);
    const hour = local.getUTCHours();
    switch (letter) {
      case "y": case "u":
        return length === 2 ? digits(local.getUTCFullYear() % 100, 2) : number(local.getUTCFullYear());
      case "Y": { // the year that most of a week is in: of its Saturday, as weeks begin on Sundays
        const saturday = new Date(local.getTime() + (6 - local.getUTCDay()) * 86400000);
        return field("y", length, saturday, offset, zone, pattern);
      }
      case "M": case "L": {
        const name = MONTHS[local.getUTCMonth()];
        return length > 3 ? name : length === 3 ? name.slice(0, 3) : number(local.getUTCMonth() + 1);
      }
      case "d": return number(local.getUTCDate());
      case "D": return number(Math.floor((local - Date.UTC(local.getUTCFullYear(), 0, 1)) / 86400000) + 1);
      case "E": return length > 3 ? DAYS[local.getUTCDay()] : DAYS[local.getUTCDay()].slice(0, 3);
      case "e": return number(local.getUTCDay() + 1);
      case "a": return hour < 12 ? "AM" : "PM";
      case "H": return number(hour);
      case "k": return number(hour || 24);
      case "h": return number(hour % 12 || 12);
      case "K": return number(hour % 12);
      case "m": return number(local.getUTCMinutes());
      case "s": return number(local.getUTCSeconds());
      case "S": return (digits(local.getUTCMilliseconds(), 3) + "000000").slice(0, length);
      case "Z": return length < 4 ? offsetText(offset, "") : (length === 4 ? "GMT" : "") + offsetText(offset, ":");
      case "X": return length === 1 && offset % 60 === 0 && offset !== 0
        ? offsetText(offset, "").slice(0, 3) : offsetText(offset, length % 2 ? ":" : "", "Z");
      case "x": return length === 1 && offset % 60 === 0
        ? offsetText(offset, "").slice(0, 3) : offsetText(offset, length % 2 ? ":" : "");
      case "z": case "V": return zone;
      default: return unknown(letter, pattern);
    }
  };
  const formatted = (ms, pattern, zone = "UTC") => {
    const offset = offsetAt(ms, zone);
    const local = new Date(ms + offset * 60000);
    return tokens(String(pattern)).map(([kind, value]) => (kind === "text" ? value
      : field(kind, value, local, offset, zone, pattern))).join("");
  };

  // By letter: what a field looks like, and what it says of the time.
  const year = (text, length) => Number(text) + (length === 2 ? 2000 : 0);
  const nameIndex = (names, text) => names.findIndex((name) => name.slice(0, 3) === text.slice(0, 3));
  const READ = {
    y: [(n) => (n === 2 ? "\\d{2}" : "\\d{4}"), (text, n) => ({ year: year(text, n) })],
    M: [(n) => (n > 2 ? "[A-Za-z]+" : n === 2 ? "\\d{2}" : "\\d{1,2}"),
      (text, n) => ({ month: n > 2 ? nameIndex(MONTHS, text) + 1 : Number(text) })],
    d: [(n) => (n === 2 ? "\\d{2}" : "\\d{1,2}"), (text) => ({ day: Number(text) })],
    E: [() => "[A-Za-z]+", () => ({})],
    a: [() => "[AaPp][Mm]", (text) => ({ isPm: text.toUpperCase() === "PM" })],
    H: [(n) => (n === 2 ? "\\d{2}" : "\\d{1,2}"), (text) => ({ hour: Number(text) })],
    h: [(n) => (n === 2 ? "\\d{2}" : "\\d{1,2}"), (text) => ({ hour12: Number(text) % 12 })],
    m: [(n) => (n === 2 ? "\\d{2}" : "\\d{1,2}"), (text) => ({ minute: Number(text) })],
    s: [(n) => (n === 2 ? "\\d{2}" : "\\d{1,2}"), (text) => ({ second: Number(text) })],
    S: [(n) => `\\d{${n}}`, (text) => ({ ms: Math.floor(Number(`0.${text}`) * 1000) })],
    Z: [() => "(?:GMT)?[+-]\\d{2}:?\\d{2}|Z", (text) => ({ offset: text === "Z" ? 0 : offsetAt(0, text) })],
  };
  READ.u = READ.y;
  READ.L = READ.M;
  READ.X = READ.x = [() => "Z|[+-]\\d{2}(?::?\\d{2})?", READ.Z[1]];
  const parsed = (timestamp, pattern, zone = "UTC") => {
    const parts = tokens(String(pattern));
    const source = parts.map(([kind, value]) => (kind === "text" ? literal(value)
      : `(${(READ[kind] || unknown(kind, pattern))[0](value)})`)).join("");
    const match = new RegExp(`^${source}$`).exec(String(timestamp));
    if (!match) throw new RangeError(`'${timestamp}' does not have the form '${pattern}'.`);
    const fields = parts.filter(([kind]) => kind !== "text")
      .reduce((all, [kind, length], i) => ({ ...all, ...READ[kind][1](match[i + 1], length) }), {});
    const { year = 1970, month = 1, day = 1, minute = 0, second = 0, ms = 0 } = fields;
    const hour = fields.hour12 === undefined ? fields.hour || 0 : fields.hour12 + (fields.isPm ? 12 : 0);
    const local = Date.UTC(year, month - 1, day, hour, minute, second, ms);
    if (new Date(local).getUTCDate() !== day || new Date(local).getUTCMonth() !== month - 1) {
      throw new RangeError(`'${timestamp}' is no date of the calendar.`);
    }
    if (fields.offset !== undefined) return local - fields.offset * 60000;
    const guess = local - offsetAt(local, zone) * 60000; // right but near a change of the offset
    return local - offsetAt(guess, zone) * 60000;
  };
  const fromISO8601 = (text) => {
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) throw new RangeError(`'${text}' is no ISO 8601 timestamp.`);
    return ms;
  };

  appsync.addZone = (name, offsets) => { zones.set(name, offsets); };
  return Object.freeze({
    nowISO8601: () => new Date().toISOString(),
    nowEpochSeconds: () => Math.floor(Date.now() / 1000),
    nowEpochMilliSeconds: () => Date.now(),
    nowFormatted: (pattern, zone) => formatted(Date.now(), pattern, zone),
    parseFormattedToEpochMilliSeconds: parsed,
    parseISO8601ToEpochMilliSeconds: fromISO8601,
    epochMilliSecondsToSeconds: (ms) => Math.floor(ms / 1000),
    epochMilliSecondsToISO8601: (ms) => new Date(ms).toISOString(),
    epochMilliSecondsToFormatted: formatted,
  });
})();
