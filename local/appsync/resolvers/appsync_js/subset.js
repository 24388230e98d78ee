// The last file: takes away what APPSYNC_JS does not have, and changes what it has otherwise. What
// our own files need of it, they keep or do without.
// https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html
"use strict";

(() => {
  const remove = (object, names) => { for (const name of names.split(" ")) delete object[name]; };
  const uncurried = (method) => Function.prototype.call.bind(method);
  const { replace, replaceAll } = String.prototype;
  const sort = uncurried(Array.prototype.sort);

  // A string is a pattern of Java's; one that is none is taken as it stands.
  const byPattern = (method, flags) => {
    const replaced = uncurried(method);
    return function (pattern, by) {
      let found = pattern;
      try {
        if (typeof pattern === "string") found = appsync.regularExpression(pattern, flags);
      } catch { /* a text such as '(' */ }
      return replaced(this, found, by);
    };
  };
  const methods = {
    replace: byPattern(replace, ""),
    replaceAll: byPattern(replaceAll, "g"),
    sort(...given) {
      if (given.length) throw new TypeError("sort() takes no function in APPSYNC_JS");
      return sort(this);
    },
  };
  const define = (object, name) => Object.defineProperty(object, name, { value: methods[name], enumerable: false });
  define(String.prototype, "replace");
  define(String.prototype, "replaceAll");
  define(Array.prototype, "sort");
  JSON.parse = appsync.parsed;
  Math.random = appsync.util.math.randomDouble; // the engine's may repeat between contexts

  remove(Array, "from fromAsync of");
  remove(Array.prototype, "copyWithin entries keys toLocaleString values");
  remove(String, "fromCharCode fromCodePoint");
  remove(String.prototype, "charCodeAt localeCompare matchAll padEnd padStart repeat search " +
    "toLocaleLowerCase toLocaleUpperCase");
  remove(Date.prototype, "setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds " +
    "setTime setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth " +
    "setUTCSeconds setYear toGMTString toLocaleDateString toLocaleString toLocaleTimeString");
  remove(Function.prototype, "apply bind call constructor");
  remove(globalThis, "eval Promise queueMicrotask WeakRef FinalizationRegistry Atomics " +
    "SharedArrayBuffer performance Proxy Reflect Function");
  Object.freeze(appsync.util.transform);
  Object.freeze(appsync.util);
  Object.freeze(appsync);
  remove(Object, "create defineProperties defineProperty getOwnPropertyDescriptor " +
    "getOwnPropertyDescriptors getOwnPropertyNames getOwnPropertySymbols getPrototypeOf is " +
    "isExtensible isFrozen isSealed preventExtensions seal setPrototypeOf");
})();
