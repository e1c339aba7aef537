-- Bucketing recomputed in PostgreSQL (from version 12), without gatekeeper-flags. A database of UTF-8 or of any other encoding.
--
--   SELECT id FROM users WHERE gk_draw(id::text, 'CHECKOUT', 'growth', 'rollout') < 25 / 100.0;
--
-- lists the users inside 25 % of the rule "growth" of the flag CHECKOUT. The arm of a split is the one with the least score:
--
--   SELECT arm FROM (VALUES ('CONTROL', 50), ('ONE_PAGE', 50)) AS split (arm, weight)
--   ORDER BY gk_score(gk_draw('42', 'CHECKOUT', 'growth', arm), weight) LIMIT 1;

CREATE FUNCTION gk_multiply(a bigint, b bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT (a * (b & 65535) + ((a * (b >> 16) & 65535) << 16)) & 4294967295
$$;

CREATE FUNCTION gk_rotate(value bigint, bits int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT ((value << bits) | (value >> (32 - bits))) & 4294967295
$$;

CREATE FUNCTION gk_fmix32(value bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  value := gk_multiply(value # (value >> 16), 2246822507);
  value := gk_multiply(value # (value >> 13), 3266489909);
  RETURN value # (value >> 16);
END
$$;

CREATE FUNCTION gk_murmur3(data bytea, seed bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  value bigint := seed;
  block bigint := 0;
BEGIN
  FOR i IN 0 .. length(data) - 1 LOOP
    block := block | (get_byte(data, i)::bigint << 8 * (i % 4));
    IF i % 4 = 3 OR i = length(data) - 1 THEN
      value := value # gk_multiply(gk_rotate(gk_multiply(block, 3432918353), 15), 461845907);
      block := 0;
    END IF;
    IF i % 4 = 3 THEN
      value := (gk_rotate(value, 13) * 5 + 3864292196) & 4294967295;
    END IF;
  END LOOP;
  RETURN gk_fmix32(value # length(data));
END
$$;

-- A unit's number for a rule, from 0 to 1. "what" is 'rollout', or the name of an arm; a byte 0 joins the parts of the salt.
CREATE FUNCTION gk_draw(id text, salt text, rule text, what text) RETURNS double precision LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  salted bytea := convert_to(salt, 'UTF8') || '\x00' || convert_to(rule, 'UTF8') || '\x00' || convert_to(what, 'UTF8');
  mixed bigint := gk_fmix32(gk_murmur3(convert_to(id, 'UTF8'), 0) # gk_murmur3(salted, 1));
BEGIN
  RETURN gk_fmix32((mixed + gk_murmur3(salted, 2)) & 4294967295) / 4294967296.0::double precision;
END
$$;

CREATE FUNCTION gk_score(draw double precision, weight double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN draw > 0 AND weight > 0 THEN -ln(draw) / weight ELSE 'Infinity' END
$$;
