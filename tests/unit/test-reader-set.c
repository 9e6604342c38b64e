/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chat-reader-set.h"

#include "chat-base64url.h"
#include "chat-limits.h"
#include "chat-wrappings.h"

#include <string.h>

/* Key ids for tests: as long as real ones. Byte order is A < Z < a. */
#define KID_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KID_Z "ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ"
#define KID_a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

G_STATIC_ASSERT (sizeof KID_A == CHAT_KID_LENGTH + 1);
G_STATIC_ASSERT (sizeof KID_Z == CHAT_KID_LENGTH + 1);
G_STATIC_ASSERT (sizeof KID_a == CHAT_KID_LENGTH + 1);

static ChatReaderSet *
make (const char *first, ...)
{
  g_autoptr (GPtrArray) kids = g_ptr_array_new ();
  va_list args;

  va_start (args, first);
  for (const char *kid = first; kid != NULL; kid = va_arg (args, const char *))
    g_ptr_array_add (kids, (gpointer) kid);
  va_end (args);

  return chat_reader_set_new ((const char *const *) kids->pdata, kids->len);
}

/* docs/PROTOCOL.md, What a message says: base64url(SHA-256(the sorted kids, one after the other)).
 */
static char *
hash_by_hand (const char *text)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, digest, &size);
  return chat_base64url_encode (digest, size);
}

static void
test_sorted_and_once (void)
{
  g_autoptr (ChatReaderSet) set = make (KID_a, KID_Z, KID_A, KID_Z, KID_a, NULL);
  g_autofree char *text = chat_reader_set_to_text (set);

  g_assert_cmpuint (chat_reader_set_get_size (set), ==, 3);
  g_assert_cmpstr (chat_reader_set_get_kid (set, 0), ==, KID_A);
  g_assert_cmpstr (chat_reader_set_get_kid (set, 1), ==, KID_Z);
  g_assert_cmpstr (chat_reader_set_get_kid (set, 2), ==, KID_a);
  g_assert_cmpstr (text, ==, KID_A KID_Z KID_a);
}

static void
test_hash (void)
{
  g_autoptr (ChatReaderSet) set = make (KID_Z, KID_a, KID_A, KID_A, NULL);
  g_autoptr (ChatReaderSet) two = make (KID_Z, KID_a, NULL);
  g_autofree char *expected = hash_by_hand (KID_A KID_Z KID_a);

  g_assert_cmpstr (chat_reader_set_get_to (set), ==, expected);
  g_assert_cmpstr (chat_reader_set_get_to (two), !=, expected);
}

static void
test_text_round_trip (void)
{
  g_autoptr (ChatReaderSet) set = make (KID_a, KID_A, NULL);
  g_autofree char *text = chat_reader_set_to_text (set);
  g_autoptr (ChatReaderSet) again = chat_reader_set_new_from_text (text);
  g_autofree char *text_again = chat_reader_set_to_text (again);

  g_assert_cmpstr (text_again, ==, text);
  g_assert_cmpstr (chat_reader_set_get_to (again), ==, chat_reader_set_get_to (set));
}

static void
test_empty (void)
{
  g_autoptr (ChatReaderSet) set = chat_reader_set_new (NULL, 0);
  g_autoptr (ChatReaderSet) again = chat_reader_set_new_from_text ("");

  g_assert_cmpuint (chat_reader_set_get_size (set), ==, 0);
  g_assert_cmpuint (chat_reader_set_get_size (again), ==, 0);
  g_assert_false (chat_reader_set_find (set, KID_A, NULL));
  g_assert_false (chat_reader_set_is_direct (set, KID_A, KID_A));
}

static void
test_find (void)
{
  g_autoptr (ChatReaderSet) set = make (KID_a, KID_A, NULL);
  guint index = 99;

  g_assert_true (chat_reader_set_find (set, KID_a, &index));
  g_assert_cmpuint (index, ==, 1);
  g_assert_true (chat_reader_set_find (set, KID_A, &index));
  g_assert_cmpuint (index, ==, 0);
  index = 99;
  g_assert_false (chat_reader_set_find (set, KID_Z, &index));
  g_assert_cmpuint (index, ==, 99);
  g_assert_true (chat_reader_set_find (set, KID_A, NULL));
}

static void
test_find_among_many (void)
{
  g_autoptr (GPtrArray) kids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (ChatReaderSet) set = NULL;

  for (guint i = 0; i < CHAT_MAX_READERS; i++)
    g_ptr_array_add (kids, g_strdup_printf ("%043u", (i * 7919) % CHAT_MAX_READERS));
  set = chat_reader_set_new ((const char *const *) kids->pdata, kids->len);

  g_assert_cmpuint (chat_reader_set_get_size (set), ==, CHAT_MAX_READERS);
  for (guint i = 0; i < kids->len; i++)
    {
      guint index;

      g_assert_true (chat_reader_set_find (set, g_ptr_array_index (kids, i), &index));
      g_assert_cmpstr (chat_reader_set_get_kid (set, index), ==, g_ptr_array_index (kids, i));
    }
}

static void
test_direct (void)
{
  g_autoptr (ChatReaderSet) alone = make (KID_A, NULL);
  g_autoptr (ChatReaderSet) two = make (KID_A, KID_Z, NULL);
  g_autoptr (ChatReaderSet) three = make (KID_A, KID_Z, KID_a, NULL);

  /* The reader alone: whoever wrote it. */
  g_assert_true (chat_reader_set_is_direct (alone, KID_A, KID_A));
  g_assert_true (chat_reader_set_is_direct (alone, KID_Z, KID_A));
  g_assert_false (chat_reader_set_is_direct (alone, KID_A, KID_Z));
  /* Author and reader. */
  g_assert_true (chat_reader_set_is_direct (two, KID_A, KID_Z));
  g_assert_true (chat_reader_set_is_direct (two, KID_Z, KID_A));
  /* The author's own copy, and a third one who wrote to these two: who the other one is, the
   * reader cannot know. */
  g_assert_false (chat_reader_set_is_direct (two, KID_A, KID_A));
  g_assert_false (chat_reader_set_is_direct (two, KID_a, KID_A));
  g_assert_false (chat_reader_set_is_direct (three, KID_A, KID_Z));
}

static void
test_lives_as_long_as_its_owners (void)
{
  ChatReaderSet *set = make (KID_A, NULL);
  ChatReaderSet *other = chat_reader_set_ref (set);

  chat_reader_set_unref (set);
  g_assert_cmpstr (chat_reader_set_get_kid (other, 0), ==, KID_A);
  chat_reader_set_unref (other);
}

static void
test_wrappings (void)
{
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (ChatWrappings) wrappings = NULL;
  ChatReaderSet *readers;
  guint index;

  g_hash_table_insert (keys, (gpointer) KID_a, (gpointer) "for a");
  g_hash_table_insert (keys, (gpointer) KID_Z, (gpointer) "for Z");
  g_hash_table_insert (keys, (gpointer) KID_A, (gpointer) "for A");
  wrappings = chat_wrappings_new (keys);
  g_hash_table_remove_all (keys);

  readers = chat_wrappings_get_readers (wrappings);
  g_assert_cmpuint (chat_reader_set_get_size (readers), ==, 3);
  g_assert_true (chat_reader_set_find (readers, KID_Z, &index));
  g_assert_cmpstr (chat_wrappings_get_encrypted_key (wrappings, index), ==, "for Z");
  g_assert_true (chat_reader_set_find (readers, KID_a, &index));
  g_assert_cmpstr (chat_wrappings_get_encrypted_key (wrappings, index), ==, "for a");
  g_assert_cmpint (chat_wrappings_get_row_in_thread (wrappings), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reader-set/sorted-and-once", test_sorted_and_once);
  g_test_add_func ("/reader-set/hash", test_hash);
  g_test_add_func ("/reader-set/text", test_text_round_trip);
  g_test_add_func ("/reader-set/empty", test_empty);
  g_test_add_func ("/reader-set/find", test_find);
  g_test_add_func ("/reader-set/find-among-many", test_find_among_many);
  g_test_add_func ("/reader-set/direct", test_direct);
  g_test_add_func ("/reader-set/ref", test_lives_as_long_as_its_owners);
  g_test_add_func ("/reader-set/wrappings", test_wrappings);

  return g_test_run ();
}
