// What APPSYNC_JS code may use: util, runtime, extensions, console; the files beside this one add
// to util. Pure JavaScript, because a context with a time limit cannot call out. One evaluation of
// a handler at a time.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-util-reference-js.html
"use strict";

const appsync = (() => {
  const { defineProperty, freeze } = Object; // subset.js takes it away
  const { parse, stringify } = JSON; // subset.js makes them what APPSYNC_JS has
  const fresh = () => ({ value: null, errors: [], log: [], invalidations: [], headers: [] });
  let outcome = fresh(); // of the handler that runs now, or of the code that loads
  let authType;

  class Raised extends Error {
    constructor(error) { super(error.message); this.error = error; }
  }
  class Missing extends Error { // what Python has to bring before the handler can run
    constructor(zone) { super(zone); this.zone = zone; }
  }
  class EarlyReturn extends Error {
    constructor(value, skipTo) { super("early return"); this.value = value; this.skipTo = skipTo; }
  }

  const orNull = (value) => (value === undefined ? null : value);
  const failure = (message, type, data, errorInfo) => ({
    message: message === undefined || message === null ? "" : String(message),
    type: orNull(type), data: orNull(data), info: orNull(errorInfo),
  });

  // A generator of our own, seeded from outside: the engine's may repeat between contexts.
  let seed = [1, 2, 3, 4];
  const random32 = () => { // xoshiro128**
    const rotate = (x, k) => (x << k) | (x >>> (32 - k));
    const result = Math.imul(rotate(Math.imul(seed[1], 5), 7), 9) >>> 0;
    const shifted = seed[1] << 9;
    seed[2] ^= seed[0]; seed[3] ^= seed[1]; seed[1] ^= seed[2]; seed[0] ^= seed[3];
    seed[2] ^= shifted; seed[3] = rotate(seed[3], 11);
    return result;
  };
  const padded = (text, length) => { // subset.js takes padStart away
    let result = String(text);
    while (result.length < length) result = "0" + result;
    return result;
  };
  const hex32 = () => padded(random32().toString(16), 8);
  const autoId = () => {
    const hex = hex32() + hex32() + hex32() + hex32();
    const variant = "89ab"[parseInt(hex[16], 16) & 3];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-` +
      `${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  };

  const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const KSUID_EPOCH = 1400000000n; // seconds
  const inBase = (number, alphabet, length) => {
    let text = "";
    for (let i = 0; i < length; i++) {
      text = alphabet[Number(number % BigInt(alphabet.length))] + text;
      number /= BigInt(alphabet.length);
    }
    return text;
  };
  const randomBits = (words) => {
    let bits = 0n;
    for (let i = 0; i < words; i++) bits = bits << 32n | BigInt(random32());
    return bits;
  };
  const autoUlid = () =>
    inBase(BigInt(Date.now()) << 80n | randomBits(3) >> 16n, CROCKFORD, 26);
  const autoKsuid = () =>
    inBase((BigInt(Math.floor(Date.now() / 1000)) - KSUID_EPOCH) << 128n | randomBits(4), BASE62, 27);

  const utf8 = (text) => {
    const bytes = [];
    for (const character of text) {
      const code = character.codePointAt(0);
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | code >> 6, 0x80 | code & 63);
      else if (code < 0x10000) bytes.push(0xe0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63);
      else bytes.push(0xf0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63);
    }
    return bytes;
  };
  const fromUtf8 = (bytes) =>
    decodeURIComponent(bytes.map((byte) => "%" + padded(byte.toString(16), 2)).join(""));
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const base64Encode = (text) => {
    const bytes = utf8(String(text));
    let encoded = "";
    for (let i = 0; i < bytes.length; i += 3) {
      const bits = bytes[i] << 16 | (bytes[i + 1] || 0) << 8 | (bytes[i + 2] || 0);
      encoded += ALPHABET[bits >> 18] + ALPHABET[bits >> 12 & 63] +
        (i + 1 < bytes.length ? ALPHABET[bits >> 6 & 63] : "=") +
        (i + 2 < bytes.length ? ALPHABET[bits & 63] : "=");
    }
    return encoded;
  };
  const base64Decode = (text) => {
    const bytes = [];
    let bits = 0, count = 0;
    for (const character of String(text).replace(/=+$/, "")) {
      bits = bits << 6 | ALPHABET.indexOf(character);
      count += 6;
      if (count >= 8) { count -= 8; bytes.push(bits >> count & 255); }
    }
    return fromUtf8(bytes);
  };

  // A pattern of Java's as one of ours: both have the same but for the flags at its head.
  const regularExpression = (pattern, flags = "") => {
    const [, letters = "", rest] = /^(?:\(\?([imsux]+)\))?([^]*)$/.exec(String(pattern));
    if (/\\[pP]\{/.test(rest)) flags += "u";
    return new RegExp(rest, flags + [..."ims"].filter((flag) => letters.includes(flag)).join(""));
  };
  const allMatches = (expression, text) => { // with the flag g; subset.js takes matchAll away
    const found = [];
    expression.lastIndex = 0;
    for (let match = expression.exec(text); match; match = expression.exec(text)) found.push(match);
    return found;
  };
  // What JSON.parse gives here: an empty string for what is no JSON.
  const parsed = (text, reviver) => {
    try {
      return parse(text, reviver);
    } catch {
      return "";
    }
  };

  const util = {
    error: (message, type, data, errorInfo) => { throw new Raised(failure(message, type, data, errorInfo)); },
    appendError: (message, type, data, errorInfo) => {
      outcome.errors.push(failure(message, type, data, errorInfo));
    },
    unauthorized: () => { throw new Raised({ unauthorized: true }); },
    authType: () => authType,
    autoId,
    matches: (pattern, text) => regularExpression(pattern).test(text),
    base64Encode,
    base64Decode,
    urlEncode: (text) => encodeURIComponent(text).replace(/%20/g, "+") // as Java's URLEncoder
      .replace(/[!~'()]/g, (one) => `%${one.codePointAt(0).toString(16).toUpperCase()}`),
    urlDecode: (text) => decodeURIComponent(String(text).replace(/\+/g, " ")),
    escapeJavaScript: (text) => JSON.stringify(String(text)).slice(1, -1).replace(/'/g, "\\'"),
    autoUlid,
    autoKsuid,
    math: Object.freeze({
      roundNum: (number) => Math.round(number),
      minVal: (one, other) => Math.min(one, other),
      maxVal: (one, other) => Math.max(one, other),
      randomDouble: () => random32() / 2 ** 32,
      randomWithinRange: (start, end) => start + Math.floor((random32() / 2 ** 32) * (end - start)),
    }),
    str: Object.freeze({
      normalize: (text, form) => String(text).normalize(String(form).toUpperCase()),
    }),
    transform: {},
  };
  const extensions = Object.freeze({
    setSubscriptionFilter: (filter) => { outcome.filter = orNull(filter); },
    setSubscriptionInvalidationFilter: (filter) => { outcome.invalidationFilter = orNull(filter); },
    invalidateSubscriptions: (invalidation) => { outcome.invalidations.push(orNull(invalidation)); },
    evictFromApiCache: () => {}, // nothing is cached here
  });
  const runtime = Object.freeze({
    earlyReturn: (value, options) => {
      throw new EarlyReturn(orNull(value), options && options.skipTo === "END" ? "END" : "NEXT");
    },
  });

  const MAX_ITERATIONS = 1000; // of one loop
  const tooMany = () => { throw new RangeError(`A loop has more than ${MAX_ITERATIONS} iterations.`); };
  const limited = (values) => (Array.isArray(values) && values.length <= MAX_ITERATIONS
    ? values : counted(values));
  const counted = function* (values) {
    let count = 0;
    for (const value of values) {
      if (++count > MAX_ITERATIONS) tooMany();
      yield value;
    }
  };
  const limitedKeys = (object) => {
    if (object && Object.keys(object).length > MAX_ITERATIONS) tooMany();
    return object;
  };

  const print = (level) => (...values) => {
    outcome.log.push([level, values.map((v) => (typeof v === "string" ? v : String(stringify(v)))).join(" ")]);
  };
  globalThis.console = Object.freeze({ log: print("info"), error: print("error") });

  const prepared = (input, more) => {
    const ctx = Object.assign(parse(input), more);
    ctx.args = ctx.arguments;
    for (const name of ["selectionSetList", "selectionSetGraphQL"]) {
      defineProperty(ctx.info, name, { value: ctx.info[name], enumerable: false });
    }
    authType = ctx.authType;
    delete ctx.authType;
    freeze(ctx.env);
    return freeze(ctx); // what it holds may change, as the stash does
  };

  const run = (handler, ctx) => {
    try {
      outcome.value = orNull(handler(ctx));
    } catch (thrown) {
      if (thrown instanceof Raised) outcome.raised = thrown.error;
      else if (thrown instanceof Missing) outcome.zone = thrown.zone;
      else if (thrown instanceof EarlyReturn) { outcome.skipTo = thrown.skipTo; outcome.value = thrown.value; }
      else outcome.thrown = [String(thrown), String(thrown && thrown.stack)];
    }
    outcome.stash = ctx.stash;
  };

  // What a handler made of ctx, as JSON.
  const evaluate = (handlers, name, input) => {
    outcome = fresh();
    run(handlers[name], prepared(input));
    return stringify(outcome);
  };

  // The same of both handlers around NONE, whose result is the request's payload.
  const evaluateLocal = (handlers, input) => {
    outcome = fresh();
    run(handlers.request, prepared(input));
    if (outcome.raised || outcome.zone || outcome.skipTo || outcome.thrown) return stringify(outcome);
    const { value, stash } = parse(stringify({ value: outcome.value, stash: outcome.stash }));
    const result = orNull(value && value.payload);
    outcome.value = null;
    run(handlers.response, prepared(input, { stash, result }));
    return stringify(outcome);
  };

  Object.assign(globalThis, { util, extensions, runtime }); // also where nothing is imported
  return {
    util, extensions, runtime, evaluate, evaluateLocal, limited, limitedKeys, Missing, regularExpression, parsed, padded,
    allMatches,
    modules: { "@aws-appsync/utils": { util, extensions, runtime } },
    addHeader: (name, value) => { outcome.headers.push([String(name), orNull(value)]); },
    setSeed: (numbers) => { seed = numbers; },
  };
})();
