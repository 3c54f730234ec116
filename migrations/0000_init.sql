CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`wall_at` text NOT NULL,
	`tz_offset_min` integer NOT NULL,
	`boot_id` text NOT NULL,
	`mono_ms` integer NOT NULL,
	`actor_type` text NOT NULL,
	`actor` text NOT NULL,
	`role` text,
	`origin` text,
	`action` text NOT NULL,
	`object_type` text,
	`object_id` text,
	`before` text,
	`after` text,
	`reason` text,
	`result` text NOT NULL,
	`correlation` text,
	`app_version` text NOT NULL,
	`config_version` integer,
	`prev_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `config_version` (
	`version` integer PRIMARY KEY NOT NULL,
	`wall_at` text NOT NULL,
	`author` text NOT NULL,
	`reason` text NOT NULL,
	`body` text NOT NULL,
	`provision_hash` text,
	`demonstration` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `person` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`key` text NOT NULL,
	`role` text NOT NULL,
	`pin` text NOT NULL,
	`active` integer NOT NULL,
	`provisioned` integer NOT NULL,
	`created_wall_at` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `person_key_unique` ON `person` (`key`);