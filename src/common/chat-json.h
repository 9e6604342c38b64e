/* JSON from outside: a strict RFC 8259 check, then json-glib; and getters that name what is
 * wrong. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Checks syntax, UTF-8, depth, duplicate, empty and too many members, numbers, NUL and trailing
 * bytes without building anything and without recursion. Errors: CHAT_JOSE_ERROR_MALFORMED, "...
 * at byte N". */
gboolean chat_json_check (const char *text, gsize size, GError **error);
/* The same, then the tree; the document must be one object. */
JsonObject *chat_json_parse_object (const char *text, gsize size, GError **error);
/* The beginning of a peer's text, short enough for an error or a log line. */
char *chat_json_excerpt (const char *text);
/* The document as compact text. */
char *chat_json_to_string (JsonObject *object, gsize *size);

/* Members. The error names the member, what is expected and what was found, e.g. "member \"seq\"
 * is a string where an integer is expected", "member \"op\" is missing". The borrowed result
 * lives as long as the object. The optional variants leave *value alone when the member is
 * absent. */
const char *chat_json_get_string (JsonObject *object, const char *member, GError **error);
gboolean chat_json_get_integer (JsonObject *object, const char *member, gint64 min, gint64 max,
                                gint64 *value, GError **error);
gboolean chat_json_get_boolean (JsonObject *object, const char *member, gboolean *value,
                                GError **error);
JsonObject *chat_json_get_object (JsonObject *object, const char *member, GError **error);
JsonArray *chat_json_get_array (JsonObject *object, const char *member, GError **error);
gboolean chat_json_get_optional_string (JsonObject *object, const char *member,
                                        const char **value, GError **error);
gboolean chat_json_get_optional_integer (JsonObject *object, const char *member, gint64 min,
                                         gint64 max, gint64 *value, GError **error);
gboolean chat_json_get_optional_boolean (JsonObject *object, const char *member,
                                         gboolean *value, GError **error);
/* Element of an array: must be an object / a string. */
JsonObject *chat_json_get_element_object (JsonArray *array, guint index, GError **error);
const char *chat_json_get_element_string (JsonArray *array, guint index, GError **error);

G_END_DECLS
