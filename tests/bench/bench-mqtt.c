/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MQTT 5 and not 3.1.1, because it can say that a sender wants nothing back of its own: then one
 * message makes as many deliveries as with the other servers. */
#include "bench-mqtt.h"

#include "bench-fail.h"

#define CONNECT 0x10
#define CONNACK 0x20
#define PUBLISH 0x30
#define SUBSCRIBE 0x82
#define SUBACK 0x90

#define NO_LOCAL 0x04
#define CLEAN_START 0x02
#define FIRST_FAILURE 0x80 /* of the reason codes */

/* The largest length that three bytes hold: more than any message here. */
#define LENGTH_BYTES 3

static void
mqtt_begin (BenchClient *client)
{
  /* No name, so that the server makes one; no keep-alive; no properties. */
  static const guint8 opening[] = {
    CONNECT,   13, 0, 4, 'M', 'Q', 'T', 'T', 5, CLEAN_START, 0, 0, 0, 0, 0,
    SUBSCRIBE, 7,  0, 1, 0,   0,   1,   'r', NO_LOCAL,
  };

  bench_client_write (client, opening, sizeof opening);
}

/* Seven bits in a byte, the lowest first. FALSE: there is more to come. */
static gboolean
read_length (const guint8 *data, gsize size, gsize *header, gsize *length)
{
  *length = 0;
  for (gsize i = 0; i < LENGTH_BYTES && i + 1 < size; i++)
    {
      *length |= (gsize) (data[i + 1] & 0x7f) << (7 * i);
      *header = i + 2;
      if ((data[i + 1] & 0x80) == 0)
        return TRUE;
    }

  if (size > LENGTH_BYTES)
    bench_fail ("the MQTT server sent nonsense");
  return FALSE;
}

static void
take_packet (BenchClient *client, const guint8 *packet, gsize header, gsize size)
{
  guint8 type = packet[0];

  if (type != PUBLISH && type != CONNACK && type != SUBACK)
    bench_fail ("the MQTT server sent a packet of type 0x%02x", type);
  if ((type == CONNACK && packet[header + 1] != 0)
      || (type == SUBACK && packet[size - 1] >= FIRST_FAILURE))
    bench_fail ("the MQTT server refused a client");

  bench_client_count (client, size, type == PUBLISH);
  if (type == SUBACK)
    client->ready = TRUE;
}

static gsize
mqtt_take (BenchClient *client, const guint8 *data, gsize size)
{
  gsize taken = 0, header, length;

  while (read_length (data + taken, size - taken, &header, &length)
         && header + length <= size - taken)
    {
      take_packet (client, data + taken, header, header + length);
      taken += header + length;
    }

  return taken;
}

const BenchProtocol bench_mqtt = { mqtt_begin, mqtt_take };

/**
 * bench_mqtt_new_message:
 * @size: of the payload, in bytes
 * @n_deliveries: (out): how many messages make it up: one
 *
 * Returns: (transfer full): what a client writes to publish it
 */
GBytes *
bench_mqtt_new_message (gsize size, guint *n_deliveries)
{
  static const guint8 topic[] = { 0, 1, 'r', 0 };
  GByteArray *message = g_byte_array_new ();
  g_autofree char *payload = g_strnfill (size, 'x');
  gsize length = sizeof topic + size;
  guint8 header[1 + LENGTH_BYTES] = { PUBLISH };
  guint n = 1;

  for (; length >= 0x80; length >>= 7)
    header[n++] = (guint8) (0x80 | (length & 0x7f));
  header[n++] = (guint8) length;
  g_byte_array_append (message, header, n);
  g_byte_array_append (message, topic, sizeof topic);
  g_byte_array_append (message, (const guint8 *) payload, (guint) size);

  *n_deliveries = 1;
  return g_byte_array_free_to_bytes (message);
}
