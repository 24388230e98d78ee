// util.transform.toSubscriptionFilter: an object of conditions as an OR of ANDs.
// https://docs.aws.amazon.com/appsync/latest/devguide/transformation-helpers-in-utils-transform-js.html
"use strict";

appsync.util.transform.toSubscriptionFilter = (() => {
  // A disjunction is a list of conjunctions, a conjunction a list of filters. One empty
  // conjunction is true.
  const TRUE = [[]];
  const and = (left, right) => left.flatMap((l) => right.map((r) => [...l, ...r]));

  const ofField = (fieldName, operators) =>
    Object.keys(operators).map((operator) => [{ fieldName, operator, value: operators[operator] }]);

  const ofAll = (objects, ignored) =>
    objects.map((object) => ofObject(object, ignored)).reduce(and, TRUE);

  const ofAny = (objects, ignored) => {
    const alternatives = objects.map((object) => ofObject(object, ignored)).filter((d) => d !== TRUE);
    return alternatives.length ? alternatives.flat() : TRUE;
  };

  const ofObject = (object, ignored) => {
    let result = TRUE;
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (ignored.includes(key) || value === null || value === undefined) continue;
      const part = key === "and" ? ofAll(value, ignored)
        : key === "or" ? ofAny(value, ignored)
        : ofField(key, value);
      result = result === TRUE ? part : and(result, part);
    }
    return result;
  };

  // One alternative per rule: at least one of them must hold.
  const ofRules = (rules) => {
    const alternatives = Object.keys(rules).flatMap((key) => ofField(key, rules[key]));
    return alternatives.length ? alternatives : TRUE;
  };
  const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  // null for what is no filter, as AppSync answers; but rules hold also without one.
  return (object, ignoredFields, rules) => {
    const given = typeof object === "string" ? appsync.parsed(object) : object;
    if (!isMap(given) && !isMap(rules)) return null;
    const result = and(ofObject(isMap(given) ? given : {}, ignoredFields || []), ofRules(rules || {}));
    const groups = result.filter((filters) => filters.length).map((filters) => ({ filters }));
    return { filterGroup: groups };
  };
})();
