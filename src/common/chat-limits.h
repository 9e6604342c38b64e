/* Every bound of Conclave, in one place. docs/PROTOCOL.md lists those that a peer can meet. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#define CHAT_PROTOCOL_VERSION 1
#define CHAT_DEFAULT_ADDRESS "127.0.0.1"
#define CHAT_DEFAULT_PORT 5000

/* Frames, in bytes of JSON. The smaller one holds until `hello` is answered. */
#define CHAT_MAX_FRAME_BEFORE_HELLO (64 * 1024)
#define CHAT_MAX_FRAME (1024 * 1024)

/* A post becomes larger on its way: kid, encrypted_key, seq, at and from are added for a reader. */
#define CHAT_MAX_POST (CHAT_MAX_FRAME - 4096)

/* JSON from outside. The integers are those that every JSON library keeps exact (2^53 - 1). */
#define CHAT_MAX_JSON_DEPTH 16
/* Of one object: json-glib keeps members in a hash table that can be made to collide. */
#define CHAT_MAX_JSON_MEMBERS 256
/* Of all kinds in one document. The longest that we write ourselves is the list in `readers`. */
#define CHAT_MAX_JSON_VALUES 8192
/* What is shown of a peer's text in an error or a log line, in characters. */
#define CHAT_MAX_EXCERPT 64
#define CHAT_MAX_JSON_INTEGER G_GINT64_CONSTANT (9007199254740991)

/* Text of one message, in bytes of UTF-8. Even if JSON escapes each byte as six, it fits a frame.
 */
#define CHAT_MAX_TEXT (64 * 1024)

#define CHAT_MAX_USERNAME 64

/* Files, in bytes. */
#define CHAT_MAX_KEY_FILE (64 * 1024)
#define CHAT_MAX_CONFIG_FILE (64 * 1024)

/* RSA, in bits. */
#define CHAT_MIN_RSA_BITS 2048
#define CHAT_MAX_RSA_BITS 8192
#define CHAT_DEFAULT_RSA_BITS 3072

/* Names of keys, seals and messages, in characters. */
#define CHAT_KID_LENGTH 43
#define CHAT_SEAL_ID_LENGTH 22
#define CHAT_MID_LENGTH 36

/* Cipher, in bytes. */
#define CHAT_SEAL_ID_SIZE 16
#define CHAT_CONTENT_KEY_SIZE 32
#define CHAT_IV_SIZE 12
#define CHAT_TAG_SIZE 16

/* The guest list, and the largest set of readers that history can name. */
#define CHAT_MAX_MEMBERS 1000
#define CHAT_MAX_READERS 4096

/* Seals: how many a server keeps for a connection, and when a sender makes a new one. */
#define CHAT_MAX_SEALS 8
#define CHAT_SEAL_MAX_MESSAGES 1000
#define CHAT_SEAL_MAX_SECONDS (24 * 60 * 60)
#define CHAT_SEAL_READERS_PER_FRAME 250
#define CHAT_MEMBERS_PER_FRAME 250

/* Unwrapped content keys that a reader keeps. */
#define CHAT_MAX_CACHED_KEYS 1024

/* Connections. Times in seconds, queues in bytes. */
#define CHAT_HANDSHAKE_SECONDS 10
#define CHAT_HELLO_SECONDS 10
#define CHAT_CLOSE_SECONDS 5
/* Of connections that have not proven a guest's key: what config.json may set, and the defaults. */
#define CHAT_MAX_HANDSHAKES 50000
#define CHAT_DEFAULT_MAX_HANDSHAKES 2000
#define CHAT_DEFAULT_MAX_HANDSHAKES_PER_ADDRESS 100
/* Connections that members cannot take up, however many there may be: an admin comes in by one. */
#define CHAT_RESERVED_CONNECTIONS 32
/* How much the log says about strangers. */
#define CHAT_STRANGER_LINES_PER_SECOND 10
/* A user who comes and goes all the time: what this many joins cost is worth a second of the rate
 * limit. */
#define CHAT_JOINS_PER_SECOND 5
/* Descriptors that are kept free of connections: files, the store, and one to refuse with. */
#define CHAT_RESERVED_DESCRIPTORS 64
#define CHAT_MAX_QUEUE (8 * 1024 * 1024)
#define CHAT_MAX_PENDING_POSTS 64
#define CHAT_LISTEN_BACKLOG 4096
/* That systemd may hand over. */
#define CHAT_MAX_LISTEN_SOCKETS 16
#define CHAT_KEEPALIVE_IDLE 30
#define CHAT_KEEPALIVE_INTERVAL 10
#define CHAT_KEEPALIVE_COUNT 3

/* The store. */
#define CHAT_DEFAULT_HISTORY 100
#define CHAT_MAX_HISTORY 100000
/* Of 4 KiB each: a history that is larger is not read as a whole when a server starts. */
#define CHAT_MAX_CHECKED_PAGES 65536

/* What one token of the rate limit pays for: so many bytes of a frame, so many messages that a
 * history request has to look through. */
#define CHAT_BYTES_PER_TOKEN (16 * 1024)
#define CHAT_MESSAGES_PER_TOKEN 1000
/* Reader sets and former members that the server remembers to have told one connection of. */
#define CHAT_MAX_TOLD 1024
#define CHAT_REMEMBERED_MIDS 10000

/* A client: when it gives up on a step, how long it pauses between attempts (doubling; a connection
 * that was open for STEADY seconds starts again at FIRST), and what it keeps. Times in seconds. */
#define CHAT_CONNECT_SECONDS 15
#define CHAT_JOIN_SECONDS 30
#define CHAT_RETRY_FIRST_SECONDS 1
#define CHAT_RETRY_MAX_SECONDS 60
#define CHAT_RETRY_STEADY_SECONDS 30
#define CHAT_LEAVE_SECONDS 15
#define CHAT_MAX_POSTS_IN_FLIGHT 16
#define CHAT_MAX_POSTS_WAITING 256
#define CHAT_MAX_POST_ATTEMPTS 5
#define CHAT_MAX_CACHED_SEALS 16
#define CHAT_MAX_INBOX_FRAMES 256
#define CHAT_MAX_TIMELINE 20000
/* What happened, as lines between the messages. */
#define CHAT_MAX_FEED_NOTICES 1000
/* The archive: messages of each of its files, how many files are looked at, and what is read and
 * verified at a time: live messages wait behind it. */
#define CHAT_MAX_ARCHIVE CHAT_MAX_TIMELINE
#define CHAT_MAX_ARCHIVE_FILES 32
#define CHAT_ARCHIVE_PAGE_SIZE 64
/* What waits for a slow disk, in bytes, until a client stops reading from the server. */
#define CHAT_MAX_ARCHIVE_QUEUE CHAT_MAX_QUEUE
/* From the last change of a draft until it is written. */
#define CHAT_DRAFT_PAUSE_MS 1000
/* Its file: one may paste more than can be sent, and shorten it another day. */
#define CHAT_MAX_DRAFT (32 * 1024 * 1024)
/* For what a room that was left still writes. */
#define CHAT_RETIRED_SECONDS 10
/* All readers of the sets that a server announces on one connection, and how many frames that
 * cannot be understood are told of one by one. */
#define CHAT_MAX_ANNOUNCED_READERS 1000000
#define CHAT_MAX_REPORTED_FRAMES 10
/* Likewise what it refuses, which one may have asked for again and again. */
#define CHAT_MAX_REPORTED_REFUSALS 100
#define CHAT_MAX_PASSPHRASE 1024
/* What is shown of a sentence of the server, in characters. */
#define CHAT_MAX_SERVER_TEXT 500

/* Rooms that a client remembers; the file in bytes, what it says of each in bytes of UTF-8. */
#define CHAT_MAX_ROOMS 64
#define CHAT_MAX_ROOMS_FILE (1024 * 1024)
#define CHAT_MAX_ROOM_NAME 128
#define CHAT_MAX_HOST_NAME 255
#define CHAT_MAX_PATH 4096
#define CHAT_MAX_DROPPED_FILES 16

/* Keys that a client knows its people by, in each room: names, keys that each of them had before,
 * and the file in bytes. */
#define CHAT_MAX_PINS 4096
#define CHAT_MAX_EARLIER_PINS 8
#define CHAT_MAX_PINS_FILE (5 * 1024 * 1024)
/* What a server calls its order of messages, where that is to be remembered. */
#define CHAT_MAX_HISTORY_NAME 64
