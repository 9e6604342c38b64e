/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the time of an operation with the private key says something of the secret (dudect's
 * method): two classes of input are measured in a random order, the slowest measurements, which are
 * the machine's, are left out by several thresholds, and Welch's t says whether the two means
 * differ. A tool to be read by a person, and no test: it judges nothing.
 *
 * usage: timing [MEASUREMENTS]        (`make timing`) */
#include "chat-private-key.h"
#include "chat-public-key-private.h"

#include <gmp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BITS 2048
#define SIZE (BITS / 8)
#define N_INPUTS 256
#define DEFAULT_MEASUREMENTS 20000
#define N_WARM_UP 100
/* From this |t| on a difference of the means is hardly chance. */
#define SUSPECT 4.5

typedef struct
{
  const char *name;
  const char *names[2]; /* of the classes */
  void (*prepare) (ChatPrivateKey *key, guint class, guint8 *input);
  void (*operate) (ChatPrivateKey *key, const guint8 *input);
} Comparison;

typedef struct
{
  double time;
  guint class;
} Measurement;

/* Inputs */

static void
fill_random (guint8 *bytes, gsize size)
{
  g_autoptr (ChatSecret) random = chat_secret_new_random (size);

  memcpy (bytes, chat_secret_get_data (random, NULL), size);
}

/* A content key for the owner of the key. */
static void
encrypt (ChatPrivateKey *key, guint8 *ciphertext)
{
  g_autoptr (ChatSecret) secret = chat_secret_new_random (32);
  g_autoptr (GBytes) made = NULL;

  made = chat_public_key_encrypt (chat_private_key_get_public (key), secret, NULL);
  memcpy (ciphertext, g_bytes_get_data (made, NULL), SIZE);
}

/* What decrypts to these bytes, which are no OAEP encoding. */
static void
encrypt_raw (ChatPrivateKey *key, const guint8 *bytes, guint8 *ciphertext)
{
  const struct rsa_public_key *rsa = chat_public_key_get_rsa (chat_private_key_get_public (key));
  gsize size;
  mpz_t number;

  mpz_init (number);
  mpz_import (number, SIZE, 1, 1, 1, 0, bytes);
  mpz_mod (number, number, rsa->n);
  mpz_powm (number, number, rsa->e, rsa->n);
  memset (ciphertext, 0, SIZE);
  size = (mpz_sizeinbase (number, 2) + 7) / 8;
  mpz_export (ciphertext + SIZE - size, NULL, 1, 1, 1, 0, number);
  mpz_clear (number);
}

static void
prepare_valid_or_not (ChatPrivateKey *key, guint class, guint8 *input)
{
  encrypt (key, input);
  if (class == 1)
    input[SIZE / 2] ^= 1;
}

/* Manger's question: is the first byte, which has to be zero, zero? Both are refused. */
static void
prepare_first_byte (ChatPrivateKey *key, guint class, guint8 *input)
{
  guint8 bytes[SIZE];

  fill_random (bytes, sizeof bytes);
  bytes[0] = class == 0 ? 0 : 1 + bytes[0] % 0x7f;
  encrypt_raw (key, bytes, input);
}

static void
prepare_message (ChatPrivateKey *key, guint class, guint8 *input)
{
  (void) key;
  memset (input, 'x', SIZE);
  if (class == 1)
    fill_random (input, SIZE);
}

/* Operations */

static void
decrypt (ChatPrivateKey *key, const guint8 *input)
{
  ChatSecret *secret = chat_private_key_decrypt (key, input, SIZE, NULL);

  g_clear_pointer (&secret, chat_secret_unref);
}

static void
sign (ChatPrivateKey *key, const guint8 *input)
{
  GBytes *signature = chat_private_key_sign (key, input, SIZE, NULL);

  g_clear_pointer (&signature, g_bytes_unref);
}

static const Comparison comparisons[] = {
  { "decrypt", { "valid", "altered" }, prepare_valid_or_not, decrypt },
  { "decrypt", { "first byte zero", "first byte not zero" }, prepare_first_byte, decrypt },
  { "sign", { "one message", "random messages" }, prepare_message, sign },
};

/* Measuring */

/* Of this thread, without what others took of the processor meanwhile. */
static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e9 + (double) time.tv_nsec;
}

static void
measure (const Comparison *comparison, ChatPrivateKey *key, Measurement *measurements, guint n)
{
  g_autofree guint8 *inputs = g_malloc (2 * N_INPUTS * SIZE);
  guint8 input[SIZE];

  for (guint i = 0; i < 2 * N_INPUTS; i++)
    comparison->prepare (key, i % 2, inputs + (gsize) i * SIZE);

  for (guint i = 0; i < n + N_WARM_UP; i++)
    {
      guint class = (guint) g_random_int_range (0, 2);
      gsize which = (gsize) g_random_int_range (0, N_INPUTS) * 2 + class;
      double start;

      /* From the same place, so that the caches know no classes. */
      memcpy (input, inputs + which * SIZE, SIZE);
      start = now ();
      comparison->operate (key, input);
      if (i >= N_WARM_UP)
        measurements[i - N_WARM_UP] = (Measurement) { now () - start, class };
    }
}

static int
compare_measurements (const void *a, const void *b)
{
  double difference = ((const Measurement *) a)->time - ((const Measurement *) b)->time;

  return difference < 0 ? -1 : difference > 0;
}

/* Of the first n, by Welford's method; the difference of the means goes to @difference. */
static double
compute_t (const Measurement *measurements, guint n, double *difference)
{
  double mean[2] = { 0 }, squares[2] = { 0 }, count[2] = { 0 };

  for (guint i = 0; i < n; i++)
    {
      guint class = measurements[i].class;
      double delta = measurements[i].time - mean[class];

      count[class]++;
      mean[class] += delta / count[class];
      squares[class] += delta * (measurements[i].time - mean[class]);
    }

  *difference = mean[0] - mean[1];
  return *difference / sqrt (squares[0] / (count[0] - 1) / count[0]
                             + squares[1] / (count[1] - 1) / count[1]);
}

static void
report (const Comparison *comparison, Measurement *measurements, guint n)
{
  /* To leave out more would hide what is looked for: the slower class loses more of its own. */
  static const guint percentiles[] = { 75, 90, 99, 100 };

  qsort (measurements, n, sizeof *measurements, compare_measurements);
  g_print ("%s, %s or %s: median %.1f us\n", comparison->name, comparison->names[0],
           comparison->names[1], measurements[n / 2].time / 1000);
  for (guint i = 0; i < G_N_ELEMENTS (percentiles); i++)
    {
      double difference;
      double t = compute_t (measurements, n / 100 * percentiles[i], &difference);

      g_print ("  the fastest %3u %%: t = %6.2f, means differ by %6.0f ns,"
               " would show from %5.0f ns\n",
               percentiles[i], t, difference, fabs (SUSPECT * difference / t));
    }
}

int
main (int argc, char *argv[])
{
  guint n = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : DEFAULT_MEASUREMENTS;
  g_autofree Measurement *measurements = NULL;
  g_autoptr (ChatPrivateKey) key = NULL;
  g_autoptr (GError) error = NULL;

  if (n < 1000)
    {
      g_printerr ("usage: timing [MEASUREMENTS]; at least 1000\n");
      return 2;
    }

  key = chat_private_key_generate (BITS, &error);
  if (key == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  measurements = g_new (Measurement, n);
  g_print ("%u measurements each, RSA of %d bits\n", n, BITS);
  for (guint i = 0; i < G_N_ELEMENTS (comparisons); i++)
    {
      measure (&comparisons[i], key, measurements, n);
      report (&comparisons[i], measurements, n);
    }
  g_print ("\nHow to read it: |t| below %.1f in all lines means that no difference was found\n"
           "in so many measurements; above 10 there is one. One smaller than the last column\n"
           "would need more measurements. Between valid and altered there may be a difference:\n"
           "whether it could be opened is no secret. The other two must show none.\n"
           "Run it again before you believe it: what else the machine does gets in.\n",
           SUSPECT);

  return 0;
}
